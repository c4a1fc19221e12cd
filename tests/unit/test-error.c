/* Errors from XML and back: every condition by its name, and those that nobody knows. */
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

static GError *
parse (GError    *(*read) (const XmppNode *),
       const char  *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = xmpp_reader_parse (xml, -1, &error);

  g_assert_no_error (error);

  return read (node);
}

static void
test_stream_names (void)
{
  for (int code = 0; code <= XMPP_STREAM_ERROR_UNSUPPORTED_VERSION; code++) {
    g_autofree char *xml = g_strdup_printf ("<error xmlns='" NS_STREAM "'><%s xmlns='" NS_STREAMS "'/></error>",
                                            xmpp_stream_error_name (code));
    g_autoptr (GError) error = parse (xmpp_error_from_stream_node, xml);
    g_autoptr (XmppNode) node = xmpp_error_to_stream_node (error);

    g_assert_error (error, XMPP_STREAM_ERROR, code);
    g_assert_true (xmpp_node_is (node, "error", NS_STREAM));
    g_assert_nonnull (xmpp_node_find (node, xmpp_stream_error_name (code), NS_STREAMS));
  }
  g_assert_cmpstr (xmpp_stream_error_name (XMPP_STREAM_ERROR_BAD_FORMAT), ==, "bad-format");
  g_assert_cmpstr (xmpp_stream_error_name (XMPP_STREAM_ERROR_UNSUPPORTED_VERSION), ==, "unsupported-version");
}

static void
test_stanza_names (void)
{
  for (int code = 0; code <= XMPP_STANZA_ERROR_UNEXPECTED_REQUEST; code++) {
    g_autofree char *xml =
        g_strdup_printf ("<iq xmlns='jabber:client' type='error'><error type='cancel'><%s xmlns='" NS_STANZAS
                         "'/></error></iq>",
                         xmpp_stanza_error_name (code));
    g_autoptr (GError) error = parse (xmpp_error_from_stanza, xml);

    g_assert_error (error, XMPP_STANZA_ERROR, code);
  }
  g_assert_cmpstr (xmpp_stanza_error_name (XMPP_STANZA_ERROR_BAD_REQUEST), ==, "bad-request");
  g_assert_cmpstr (xmpp_stanza_error_name (XMPP_STANZA_ERROR_UNEXPECTED_REQUEST), ==, "unexpected-request");
}

static void
test_failures (void)
{
  static const struct {
    const char    *name;
    XmppAuthError  code;
  } cases[] = {
    { "aborted", XMPP_AUTH_ERROR_ABORTED },
    { "account-disabled", XMPP_AUTH_ERROR_ACCOUNT_DISABLED },
    { "credentials-expired", XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED },
    { "encryption-required", XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED },
    { "incorrect-encoding", XMPP_AUTH_ERROR_INCORRECT_ENCODING },
    { "invalid-authzid", XMPP_AUTH_ERROR_INVALID_AUTHZID },
    { "invalid-mechanism", XMPP_AUTH_ERROR_INVALID_MECHANISM },
    { "malformed-request", XMPP_AUTH_ERROR_MALFORMED_REQUEST },
    { "mechanism-too-weak", XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK },
    { "not-authorized", XMPP_AUTH_ERROR_NOT_AUTHORIZED },
    { "temporary-auth-failure", XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE },
    { "something-new", XMPP_AUTH_ERROR_NOT_AUTHORIZED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *xml = g_strdup_printf ("<failure xmlns='" NS_SASL "'><text>Alas!</text><%s/></failure>",
                                            cases[i].name);
    g_autoptr (GError) error = parse (xmpp_error_from_failure, xml);

    g_assert_error (error, XMPP_AUTH_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (error->message, "Alas!"));
  }
}

/* Nothing known in it, the right name in the wrong namespace, or nothing at all. */
static void
test_unknown (void)
{
  static const char *const streams[] = {
    "<error xmlns='" NS_STREAM "'/>",
    "<error xmlns='" NS_STREAM "'>text</error>",
    "<error xmlns='" NS_STREAM "'><conflict/></error>",
    "<error xmlns='" NS_STREAM "'><conflict xmlns='urn:other'/></error>",
    "<error xmlns='" NS_STREAM "'><doubt xmlns='" NS_STREAMS "'/></error>",
    "<error xmlns='" NS_STREAM "'><text xmlns='" NS_STREAMS "'>conflict</text></error>",
  };
  static const char *const stanzas[] = {
    "<iq xmlns='jabber:client' type='error'/>",
    "<iq xmlns='jabber:client' type='error'><error/></iq>",
    "<iq xmlns='jabber:client' type='error'><error xmlns='urn:other'><gone xmlns='" NS_STANZAS "'/></error></iq>",
    "<iq xmlns='jabber:client' type='error'><gone xmlns='" NS_STANZAS "'/></iq>",
    "<iq xmlns='jabber:client' type='error'><error code='404'><gone/></error></iq>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++) {
    g_autoptr (GError) error = parse (xmpp_error_from_stream_node, streams[i]);

    g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
  }
  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++) {
    g_autoptr (GError) error = parse (xmpp_error_from_stanza, stanzas[i]);

    g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
  }
}

/* The condition does not have to come first; its text is made safe and short. */
static void
test_text (void)
{
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *xml = g_strdup_printf (
      "<iq xmlns='jabber:client' type='error'><error><x xmlns='urn:x'/><text xmlns='" NS_STANZAS
      "'>no\nway \xe2\x80\xae%s</text><special xmlns='" NS_STANZAS "'/><forbidden xmlns='" NS_STANZAS "'/></error></iq>",
      filler);
  g_autoptr (GError) error = parse (xmpp_error_from_stanza, xml);

  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN);
  g_assert_true (g_str_has_prefix (error->message, "forbidden: no way xxx"));
  g_assert_cmpuint (strlen (error->message), <, 400);
}

static void
test_to_stream (void)
{
  g_autoptr (GError) ours =
      g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION, "A stanza is too large");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "private matters");
  g_autoptr (XmppNode) node = xmpp_error_to_stream_node (ours);
  g_autoptr (XmppNode) undefined = xmpp_error_to_stream_node (other);
  g_autofree char *xml = xmpp_node_to_string (node);
  g_autofree char *undefined_xml = xmpp_node_to_string (undefined);

  g_assert_cmpstr (xml, ==,
                   "<error xmlns='" NS_STREAM "'><policy-violation xmlns='" NS_STREAMS "'/><text xmlns='" NS_STREAMS
                   "'>A stanza is too large</text></error>");
  g_assert_cmpstr (undefined_xml, ==,
                   "<error xmlns='" NS_STREAM "'><undefined-condition xmlns='" NS_STREAMS "'/></error>");
}

static void
test_reply (void)
{
  static const struct {
    const char      *stanza;
    XmppStanzaError  code;
    const char      *reply;
  } cases[] = {
    { "<iq xmlns='jabber:client' type='get' id='1' from='tybalt@capulet.example/x' to='romeo@montague.example/y'>"
      "<query xmlns='urn:x'/></iq>",
      XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE,
      "<iq xmlns='jabber:client' type='error' to='tybalt@capulet.example/x' id='1'><error type='cancel'>"
      "<service-unavailable xmlns='" NS_STANZAS "'/></error></iq>" },
    { "<iq xmlns='jabber:client' type='set' id='&lt;2'/>", XMPP_STANZA_ERROR_BAD_REQUEST,
      "<iq xmlns='jabber:client' type='error' id='&lt;2'><error type='modify'><bad-request xmlns='" NS_STANZAS
      "'/></error></iq>" },
    { "<message xmlns='jabber:client' from='a@capulet.example'/>", XMPP_STANZA_ERROR_FORBIDDEN,
      "<message xmlns='jabber:client' type='error' to='a@capulet.example'><error type='auth'><forbidden xmlns='"
      NS_STANZAS "'/></error></message>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppNode) stanza = xmpp_reader_parse (cases[i].stanza, -1, NULL);
    g_autoptr (XmppNode) reply = xmpp_error_reply (stanza, cases[i].code);
    g_autofree char *xml = xmpp_node_to_string (reply);
    g_autoptr (GError) error = xmpp_error_from_stanza (reply);

    g_assert_cmpstr (xml, ==, cases[i].reply);
    g_assert_error (error, XMPP_STANZA_ERROR, (int) cases[i].code);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/stream-names", test_stream_names);
  g_test_add_func ("/error/stanza-names", test_stanza_names);
  g_test_add_func ("/error/failures", test_failures);
  g_test_add_func ("/error/unknown", test_unknown);
  g_test_add_func ("/error/text", test_text);
  g_test_add_func ("/error/to-stream", test_to_stream);
  g_test_add_func ("/error/reply", test_reply);

  return g_test_run ();
}
