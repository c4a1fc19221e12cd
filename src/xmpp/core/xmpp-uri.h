/* Links to an XMPP address (RFC 5122), with what somebody suggests to do there (XEP-0147). */
#pragma once

#include "xmpp-jid.h"

G_BEGIN_DECLS

#define XMPP_URI_MAX_BYTES 16384   /* of a whole link */

typedef struct _XmppUri XmppUri;

typedef enum {
  XMPP_URI_ERROR_NOT_XMPP,      /* another scheme, or none */
  XMPP_URI_ERROR_TOO_LONG,      /* longer than XMPP_URI_MAX_BYTES, or with too many pairs */
  XMPP_URI_ERROR_BAD_TEXT,      /* not UTF-8, broken percent-encoding, or a control character, encoded or not */
  XMPP_URI_ERROR_BAD_ADDRESS,   /* no address, or one that breaks RFC 7622 */
  XMPP_URI_ERROR_BAD_QUERY,     /* a pair without "=" or key */
} XmppUriError;

#define XMPP_URI_ERROR (xmpp_uri_error_quark ())

GQuark      xmpp_uri_error_quark     (void);
XmppUri    *xmpp_uri_new_from_string (const char     *text,
                                      GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void        xmpp_uri_free            (XmppUri        *self);
XmppJid    *xmpp_uri_get_jid         (const XmppUri  *self);
const char *xmpp_uri_get_action      (const XmppUri  *self);   /* (nullable) "message", "join" … */
const char *xmpp_uri_get_value       (const XmppUri  *self,
                                      const char     *key);    /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppUri, xmpp_uri_free)

G_END_DECLS
