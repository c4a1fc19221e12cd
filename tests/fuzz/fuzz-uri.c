/* Fuzzes xmpp-uri: a link that is written from what was read in one says the same. */
#include "fuzz.h"
#include "xmpp-uri.h"

static void
append (GString    *link,
        const char *before,
        const char *text)
{
  g_autofree char *escaped = g_uri_escape_string (text, NULL, TRUE);

  g_string_append (link, before);
  g_string_append (link, escaped);
}

static void
check (const XmppUri *uri)
{
  XmppJid *jid = xmpp_uri_get_jid (uri);
  const char *action = xmpp_uri_get_action (uri), *body = xmpp_uri_get_value (uri, "body");
  g_autoptr (GString) link = g_string_new (NULL);
  g_autoptr (XmppUri) again = NULL;
  g_autoptr (GError) error = NULL;

  append (link, "xmpp:", xmpp_jid_get_local (jid) != NULL ? xmpp_jid_get_local (jid) : "");
  append (link, xmpp_jid_get_local (jid) != NULL ? "@" : "", xmpp_jid_get_domain (jid));
  if (xmpp_jid_get_resource (jid) != NULL)
    append (link, "/", xmpp_jid_get_resource (jid));
  append (link, "?", action != NULL ? action : "");
  if (body != NULL)
    append (link, ";body=", body);
  if (link->len > XMPP_URI_MAX_BYTES)
    return;

  again = xmpp_uri_new_from_string (link->str, &error);
  g_assert_no_error (error);
  g_assert_true (xmpp_jid_equal (jid, xmpp_uri_get_jid (again)));
  g_assert_cmpstr (action, ==, xmpp_uri_get_action (again));
  g_assert_cmpstr (body, ==, xmpp_uri_get_value (again, "body"));
  g_assert_true (body == NULL || g_utf8_validate (body, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (text, &error);

  g_assert_true ((uri == NULL) == (error != NULL));
  if (uri == NULL)
    g_assert_true (error->domain == XMPP_URI_ERROR);
  else
    check (uri);
  return 0;
}
