/* What can go wrong, as GError domains named like the RFC's conditions, to and from XML. */
#include "xmpp-error.h"

#include <string.h>

#include "base-text.h"
#include "xmpp-ns.h"

#define MAX_TEXT 300   /* characters of a server's own words that are worth showing */
#define MAX_HOST 300   /* bytes of "host:port" */

static const char *const stream_names[] = {
  [XMPP_STREAM_ERROR_BAD_FORMAT] = "bad-format",
  [XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX] = "bad-namespace-prefix",
  [XMPP_STREAM_ERROR_CONFLICT] = "conflict",
  [XMPP_STREAM_ERROR_CONNECTION_TIMEOUT] = "connection-timeout",
  [XMPP_STREAM_ERROR_HOST_GONE] = "host-gone",
  [XMPP_STREAM_ERROR_HOST_UNKNOWN] = "host-unknown",
  [XMPP_STREAM_ERROR_IMPROPER_ADDRESSING] = "improper-addressing",
  [XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR] = "internal-server-error",
  [XMPP_STREAM_ERROR_INVALID_FROM] = "invalid-from",
  [XMPP_STREAM_ERROR_INVALID_NAMESPACE] = "invalid-namespace",
  [XMPP_STREAM_ERROR_INVALID_XML] = "invalid-xml",
  [XMPP_STREAM_ERROR_NOT_AUTHORIZED] = "not-authorized",
  [XMPP_STREAM_ERROR_NOT_WELL_FORMED] = "not-well-formed",
  [XMPP_STREAM_ERROR_POLICY_VIOLATION] = "policy-violation",
  [XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED] = "remote-connection-failed",
  [XMPP_STREAM_ERROR_RESET] = "reset",
  [XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT] = "resource-constraint",
  [XMPP_STREAM_ERROR_RESTRICTED_XML] = "restricted-xml",
  [XMPP_STREAM_ERROR_SEE_OTHER_HOST] = "see-other-host",
  [XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN] = "system-shutdown",
  [XMPP_STREAM_ERROR_UNDEFINED_CONDITION] = "undefined-condition",
  [XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING] = "unsupported-encoding",
  [XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE] = "unsupported-feature",
  [XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE] = "unsupported-stanza-type",
  [XMPP_STREAM_ERROR_UNSUPPORTED_VERSION] = "unsupported-version",
};

static const char *const stanza_names[] = {
  [XMPP_STANZA_ERROR_BAD_REQUEST] = "bad-request",
  [XMPP_STANZA_ERROR_CONFLICT] = "conflict",
  [XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] = "feature-not-implemented",
  [XMPP_STANZA_ERROR_FORBIDDEN] = "forbidden",
  [XMPP_STANZA_ERROR_GONE] = "gone",
  [XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR] = "internal-server-error",
  [XMPP_STANZA_ERROR_ITEM_NOT_FOUND] = "item-not-found",
  [XMPP_STANZA_ERROR_JID_MALFORMED] = "jid-malformed",
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = "not-acceptable",
  [XMPP_STANZA_ERROR_NOT_ALLOWED] = "not-allowed",
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] = "not-authorized",
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] = "policy-violation",
  [XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE] = "recipient-unavailable",
  [XMPP_STANZA_ERROR_REDIRECT] = "redirect",
  [XMPP_STANZA_ERROR_REGISTRATION_REQUIRED] = "registration-required",
  [XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND] = "remote-server-not-found",
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = "remote-server-timeout",
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] = "resource-constraint",
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] = "service-unavailable",
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = "subscription-required",
  [XMPP_STANZA_ERROR_UNDEFINED_CONDITION] = "undefined-condition",
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] = "unexpected-request",
};

/* The type that RFC 6120 §8.3.3 recommends for each condition. */
static const char *const stanza_types[] = {
  [XMPP_STANZA_ERROR_BAD_REQUEST] = "modify",
  [XMPP_STANZA_ERROR_CONFLICT] = "cancel",
  [XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] = "cancel",
  [XMPP_STANZA_ERROR_FORBIDDEN] = "auth",
  [XMPP_STANZA_ERROR_GONE] = "cancel",
  [XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR] = "cancel",
  [XMPP_STANZA_ERROR_ITEM_NOT_FOUND] = "cancel",
  [XMPP_STANZA_ERROR_JID_MALFORMED] = "modify",
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = "modify",
  [XMPP_STANZA_ERROR_NOT_ALLOWED] = "cancel",
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] = "auth",
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] = "modify",
  [XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE] = "wait",
  [XMPP_STANZA_ERROR_REDIRECT] = "modify",
  [XMPP_STANZA_ERROR_REGISTRATION_REQUIRED] = "auth",
  [XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND] = "cancel",
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = "wait",
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] = "wait",
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] = "cancel",
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = "auth",
  [XMPP_STANZA_ERROR_UNDEFINED_CONDITION] = "cancel",
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] = "wait",
};

static const char *const auth_names[] = {
  [XMPP_AUTH_ERROR_ABORTED] = "aborted",
  [XMPP_AUTH_ERROR_ACCOUNT_DISABLED] = "account-disabled",
  [XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED] = "credentials-expired",
  [XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED] = "encryption-required",
  [XMPP_AUTH_ERROR_INCORRECT_ENCODING] = "incorrect-encoding",
  [XMPP_AUTH_ERROR_INVALID_AUTHZID] = "invalid-authzid",
  [XMPP_AUTH_ERROR_INVALID_MECHANISM] = "invalid-mechanism",
  [XMPP_AUTH_ERROR_MALFORMED_REQUEST] = "malformed-request",
  [XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK] = "mechanism-too-weak",
  [XMPP_AUTH_ERROR_NOT_AUTHORIZED] = "not-authorized",
  [XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE] = "temporary-auth-failure",
};

G_DEFINE_QUARK (xmpp-stanza-error-quark, xmpp_stanza_error)
G_DEFINE_QUARK (xmpp-auth-error-quark, xmpp_auth_error)

/* What an XMPP_STREAM_ERROR carries besides its words. */
typedef struct {
  char *host;   /* (owned, nullable) with SEE_OTHER_HOST */
} XmppStreamErrorPrivate;

static void
xmpp_stream_error_private_init (XmppStreamErrorPrivate *private)
{
  private->host = NULL;
}

static void
xmpp_stream_error_private_copy (const XmppStreamErrorPrivate *from,
                                XmppStreamErrorPrivate       *to)
{
  to->host = g_strdup (from->host);
}

static void
xmpp_stream_error_private_clear (XmppStreamErrorPrivate *private)
{
  g_clear_pointer (&private->host, g_free);
}

G_DEFINE_EXTENDED_ERROR (XmppStreamError, xmpp_stream_error)

/* What an XMPP_CONNECT_ERROR carries besides its words. */
typedef struct {
  XmppCertificate *certificate;   /* (owned, nullable) the one refused */
} XmppConnectErrorPrivate;

static void
xmpp_connect_error_private_init (XmppConnectErrorPrivate *private)
{
  private->certificate = NULL;
}

static void
xmpp_connect_error_private_copy (const XmppConnectErrorPrivate *from,
                                 XmppConnectErrorPrivate       *to)
{
  to->certificate = from->certificate != NULL ? xmpp_certificate_ref (from->certificate) : NULL;
}

static void
xmpp_connect_error_private_clear (XmppConnectErrorPrivate *private)
{
  g_clear_pointer (&private->certificate, xmpp_certificate_unref);
}

G_DEFINE_EXTENDED_ERROR (XmppConnectError, xmpp_connect_error)

/* Finds the condition among the children of @around: the first that we know, in the condition's namespace. The message
 * is the condition and, if there is any, the sender's own text, made fit to be shown. */
static GError *
error_from_conditions (GQuark              domain,
                       const XmppNode     *around,
                       const char         *ns,
                       const char *const  *names,
                       int                 n_names,
                       int                 fallback)
{
  const char *own_words = around != NULL ? xmpp_node_find_text (around, "text", ns) : NULL;
  g_autofree char *text = base_text_line (own_words != NULL ? own_words : "", MAX_TEXT);
  const XmppNode *child = around != NULL ? xmpp_node_find (around, NULL, ns) : NULL;
  int code = fallback;

  for (; child != NULL && code == fallback; child = xmpp_node_find_next (child, NULL, ns))
    for (int i = 0; i < n_names; i++)
      if (xmpp_node_is (child, names[i], NULL))
        code = i;

  return *text != '\0' ? g_error_new (domain, code, "%s: %s", names[code], text)
                       : g_error_new_literal (domain, code, names[code]);
}

/**
 * xmpp_stream_error_name:
 * @code: a code of #XMPP_STREAM_ERROR
 *
 * Returns: (transfer none): the name of its element, RFC 6120 §4.9.3
 */
const char *
xmpp_stream_error_name (XmppStreamError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (stream_names), "undefined-condition");

  return stream_names[code];
}

/**
 * xmpp_stanza_error_name:
 * @code: a code of #XMPP_STANZA_ERROR
 *
 * Returns: (transfer none): the name of its element, RFC 6120 §8.3.3
 */
const char *
xmpp_stanza_error_name (XmppStanzaError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (stanza_names), "undefined-condition");

  return stanza_names[code];
}

/**
 * xmpp_error_new_certificate:
 * @certificate: one that was refused
 * @message: what is wrong with it, untranslated
 *
 * Returns: (transfer full): an %XMPP_CONNECT_ERROR_CERTIFICATE that carries @certificate, through copies too
 */
GError *
xmpp_error_new_certificate (XmppCertificate *certificate,
                            const char      *message)
{
  GError *error = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, message);

  xmpp_connect_error_get_private (error)->certificate = xmpp_certificate_ref (certificate);

  return error;
}

/**
 * xmpp_error_get_certificate:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): the certificate that was refused, when that is what @error is about
 */
XmppCertificate *
xmpp_error_get_certificate (const GError *error)
{
  if (!g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE))
    return NULL;

  return xmpp_connect_error_get_private (error)->certificate;
}

/**
 * xmpp_error_from_stream_node:
 * @error: a `<stream:error/>`, RFC 6120 §4.9.2
 *
 * Returns: (transfer full): what it says, in #XMPP_STREAM_ERROR; an unknown condition is
 *   #XMPP_STREAM_ERROR_UNDEFINED_CONDITION
 */
GError *
xmpp_error_from_stream_node (const XmppNode *error)
{
  GError *taken = error_from_conditions (XMPP_STREAM_ERROR, error, NS_STREAMS, stream_names,
                                         G_N_ELEMENTS (stream_names), XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
  const char *host = taken->code == XMPP_STREAM_ERROR_SEE_OTHER_HOST
                         ? xmpp_node_find_text (error, "see-other-host", NS_STREAMS)
                         : NULL;

  if (host != NULL && *host != '\0' && strlen (host) <= MAX_HOST)
    xmpp_stream_error_get_private (taken)->host = g_strdup (host);

  return taken;
}

/**
 * xmpp_error_get_other_host:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): "host:port" where the server wants to be met, as it came, when that is what
 *   @error is about (RFC 6120 §4.9.3.19)
 */
const char *
xmpp_error_get_other_host (const GError *error)
{
  if (!g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST))
    return NULL;

  return xmpp_stream_error_get_private (error)->host;
}

/**
 * xmpp_error_from_stanza:
 * @stanza: an iq, message or presence of type "error", RFC 6120 §8.3.2
 *
 * Returns: (transfer full): what it says, in #XMPP_STANZA_ERROR; without a known condition
 *   #XMPP_STANZA_ERROR_UNDEFINED_CONDITION
 */
GError *
xmpp_error_from_stanza (const XmppNode *stanza)
{
  return error_from_conditions (XMPP_STANZA_ERROR, xmpp_node_find (stanza, "error", NULL), NS_STANZAS,
                                stanza_names, G_N_ELEMENTS (stanza_names), XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
}

/**
 * xmpp_error_from_failure:
 * @failure: a SASL `<failure/>`, RFC 6120 §6.5
 *
 * Returns: (transfer full): what it says, in #XMPP_AUTH_ERROR; an unknown condition is
 *   #XMPP_AUTH_ERROR_NOT_AUTHORIZED, so that a person looks at it
 */
GError *
xmpp_error_from_failure (const XmppNode *failure)
{
  return error_from_conditions (XMPP_AUTH_ERROR, failure, NS_SASL, auth_names, G_N_ELEMENTS (auth_names),
                                XMPP_AUTH_ERROR_NOT_AUTHORIZED);
}

/**
 * xmpp_error_to_stream_node:
 * @error: any error; one outside of #XMPP_STREAM_ERROR becomes undefined-condition without a text
 *
 * Returns: (transfer full): a `<stream:error/>` to end our stream with
 */
XmppNode *
xmpp_error_to_stream_node (const GError *error)
{
  XmppNode *node = xmpp_node_new ("error", NS_STREAM);

  if (error->domain == XMPP_STREAM_ERROR) {
    xmpp_node_add (node, xmpp_stream_error_name (error->code), NS_STREAMS);
    xmpp_node_add_text (node, "text", NS_STREAMS, error->message);
  } else {
    xmpp_node_add (node, "undefined-condition", NS_STREAMS);
  }

  return node;
}

/**
 * xmpp_error_reply:
 * @stanza: an iq, message or presence; never one of type "error" or "result", which are not answered
 * @code: what is wrong with it
 *
 * Returns: (transfer full): a stanza of type "error" back to its sender, with the same id
 */
XmppNode *
xmpp_error_reply (const XmppNode  *stanza,
                  XmppStanzaError  code)
{
  XmppNode *reply = xmpp_node_new (xmpp_node_get_name (stanza), xmpp_node_get_ns (stanza));

  xmpp_node_set (reply, "type", "error");
  xmpp_node_set (reply, "to", xmpp_node_get (stanza, "from"));
  xmpp_node_set (reply, "id", xmpp_node_get (stanza, "id"));
  xmpp_error_add (reply, code);

  return reply;
}

/**
 * xmpp_error_add:
 * @stanza: an iq, message or presence
 * @code: what is wrong
 *
 * Makes @stanza one of type "error" that says so (RFC 6120 §8.3).
 */
void
xmpp_error_add (XmppNode        *stanza,
                XmppStanzaError  code)
{
  XmppNode *error = xmpp_node_add (stanza, "error", NULL);

  xmpp_node_set (stanza, "type", "error");
  xmpp_node_set (error, "type", stanza_types[code]);
  xmpp_node_add (error, xmpp_stanza_error_name (code), NS_STANZAS);
}
