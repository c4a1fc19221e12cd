/* XMPP addresses (RFC 7622): parsed and normalised once, immutable, shared. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _XmppJid XmppJid;

typedef enum {
  XMPP_JID_ERROR_EMPTY,
  XMPP_JID_ERROR_TOO_LONG,
  XMPP_JID_ERROR_BAD_LOCAL,
  XMPP_JID_ERROR_BAD_DOMAIN,
  XMPP_JID_ERROR_BAD_RESOURCE,
} XmppJidError;

#define XMPP_JID_ERROR (xmpp_jid_error_quark ())
#define XMPP_TYPE_JID  (xmpp_jid_get_type ())

GType       xmpp_jid_get_type      (void);
GQuark      xmpp_jid_error_quark   (void);
XmppJid    *xmpp_jid_new           (const char     *text,
                                    GError        **error) G_GNUC_WARN_UNUSED_RESULT; /* lenient: what servers send */
XmppJid    *xmpp_jid_new_typed     (const char     *text,
                                    GError        **error) G_GNUC_WARN_UNUSED_RESULT; /* strict: what people type */
XmppJid    *xmpp_jid_with_resource (XmppJid        *bare,
                                    const char     *resource,
                                    GError        **error) G_GNUC_WARN_UNUSED_RESULT;
XmppJid    *xmpp_jid_ref           (XmppJid        *self);
void        xmpp_jid_unref         (XmppJid        *self);
const char *xmpp_jid_get_local     (const XmppJid  *self);   /* (nullable) */
const char *xmpp_jid_get_domain    (const XmppJid  *self);   /* U-label form */
const char *xmpp_jid_get_resource  (const XmppJid  *self);   /* (nullable) */
const char *xmpp_jid_get_text      (const XmppJid  *self);   /* the whole address, normalised */
XmppJid    *xmpp_jid_old_spelling  (XmppJid        *self) G_GNUC_WARN_UNUSED_RESULT;   /* as servers before RFC 7622 write it */
char       *xmpp_jid_ascii_domain  (const XmppJid  *self) G_GNUC_WARN_UNUSED_RESULT;   /* A-label form, for DNS and TLS */
XmppJid    *xmpp_jid_get_bare      (XmppJid        *self);   /* (transfer none); itself when bare */
XmppJid    *xmpp_jid_get_server    (XmppJid        *self);   /* (transfer none); the domain alone */
gboolean    xmpp_jid_is_bare       (const XmppJid  *self);
gboolean    xmpp_jid_equal         (gconstpointer   a,
                                    gconstpointer   b);      /* NULL-safe */
gboolean    xmpp_jid_equal_bare    (const XmppJid  *a,
                                    const XmppJid  *b);      /* NULL-safe */
gboolean    xmpp_jid_matches       (const XmppJid  *self,
                                    const char     *text);   /* NULL-safe; mostly without parsing it */
guint       xmpp_jid_hash          (gconstpointer   self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppJid, xmpp_jid_unref)

G_END_DECLS
