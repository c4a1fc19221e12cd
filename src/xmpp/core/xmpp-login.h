/* What it takes to sign in: the account's address, secrets and connection options, as plain data. */
#pragma once

#include <gio/gio.h>

#include "xmpp-jid.h"

G_BEGIN_DECLS

typedef enum {
  XMPP_SECURITY_STARTTLS,     /* with a manual host: TLS after <starttls/> */
  XMPP_SECURITY_DIRECT_TLS,   /* with a manual host: TLS from the first byte, XEP-0368 */
} XmppSecurity;

typedef struct {
  XmppJid      *jid;            /* (owned) bare */
  char         *password;       /* (owned, nullable) UTF-8; wiped when freed */
  char         *resource;       /* (owned, nullable) NULL: the server chooses */
  char         *host;           /* (owned, nullable) manual host; NULL: by SRV */
  guint16       port;           /* with host; 0: the usual one for the security */
  XmppSecurity  security;       /* with host */
  gboolean      scram_seen;     /* this account has used SCRAM before: PLAIN is a downgrade */
  gboolean      bound_seen;     /* … with channel binding: going without it is worth a warning */
  GTlsDatabase *trust;          /* (owned, nullable) NULL: the system's */
  char         *pin;            /* (owned, nullable) SHA-256 of the one certificate to trust, as in XmppCertificate */
  GTlsCertificateFlags pin_errors;   /* what was wrong with it when the user said so; anything more asks again */
  char         *resume;         /* (owned, nullable) the session to go on with, as the server calls it (XEP-0198 §5) */
  char         *location;       /* (owned, nullable) "host:port" where the server would rather be met */
} XmppLogin;

XmppLogin *xmpp_login_new  (XmppJid    *jid,
                            const char *password) G_GNUC_WARN_UNUSED_RESULT;
XmppLogin *xmpp_login_copy (const XmppLogin *self) G_GNUC_WARN_UNUSED_RESULT;
void       xmpp_login_free (XmppLogin  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLogin, xmpp_login_free)

G_END_DECLS
