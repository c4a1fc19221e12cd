/* What can go wrong, as GError domains named like the RFC's conditions, to and from XML. */
#pragma once

#include <gio/gio.h>

#include "xmpp-certificate.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

/* RFC 6120 §4.9.3, in its order */
typedef enum {
  XMPP_STREAM_ERROR_BAD_FORMAT,
  XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX,
  XMPP_STREAM_ERROR_CONFLICT,
  XMPP_STREAM_ERROR_CONNECTION_TIMEOUT,
  XMPP_STREAM_ERROR_HOST_GONE,
  XMPP_STREAM_ERROR_HOST_UNKNOWN,
  XMPP_STREAM_ERROR_IMPROPER_ADDRESSING,
  XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR,
  XMPP_STREAM_ERROR_INVALID_FROM,
  XMPP_STREAM_ERROR_INVALID_NAMESPACE,
  XMPP_STREAM_ERROR_INVALID_XML,
  XMPP_STREAM_ERROR_NOT_AUTHORIZED,
  XMPP_STREAM_ERROR_NOT_WELL_FORMED,
  XMPP_STREAM_ERROR_POLICY_VIOLATION,
  XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED,
  XMPP_STREAM_ERROR_RESET,
  XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT,
  XMPP_STREAM_ERROR_RESTRICTED_XML,
  XMPP_STREAM_ERROR_SEE_OTHER_HOST,
  XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN,
  XMPP_STREAM_ERROR_UNDEFINED_CONDITION,
  XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING,
  XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE,
  XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE,
  XMPP_STREAM_ERROR_UNSUPPORTED_VERSION,
} XmppStreamError;

/* RFC 6120 §8.3.3, in its order */
typedef enum {
  XMPP_STANZA_ERROR_BAD_REQUEST,
  XMPP_STANZA_ERROR_CONFLICT,
  XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED,
  XMPP_STANZA_ERROR_FORBIDDEN,
  XMPP_STANZA_ERROR_GONE,
  XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR,
  XMPP_STANZA_ERROR_ITEM_NOT_FOUND,
  XMPP_STANZA_ERROR_JID_MALFORMED,
  XMPP_STANZA_ERROR_NOT_ACCEPTABLE,
  XMPP_STANZA_ERROR_NOT_ALLOWED,
  XMPP_STANZA_ERROR_NOT_AUTHORIZED,
  XMPP_STANZA_ERROR_POLICY_VIOLATION,
  XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE,
  XMPP_STANZA_ERROR_REDIRECT,
  XMPP_STANZA_ERROR_REGISTRATION_REQUIRED,
  XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND,
  XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT,
  XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT,
  XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE,
  XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED,
  XMPP_STANZA_ERROR_UNDEFINED_CONDITION,
  XMPP_STANZA_ERROR_UNEXPECTED_REQUEST,
} XmppStanzaError;

/* RFC 6120 §6.5, then what only the client can find out */
typedef enum {
  XMPP_AUTH_ERROR_ABORTED,
  XMPP_AUTH_ERROR_ACCOUNT_DISABLED,
  XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED,
  XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED,
  XMPP_AUTH_ERROR_INCORRECT_ENCODING,
  XMPP_AUTH_ERROR_INVALID_AUTHZID,
  XMPP_AUTH_ERROR_INVALID_MECHANISM,
  XMPP_AUTH_ERROR_MALFORMED_REQUEST,
  XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK,
  XMPP_AUTH_ERROR_NOT_AUTHORIZED,
  XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE,
  XMPP_AUTH_ERROR_NO_MECHANISM,        /* nothing offered that we may use */
  XMPP_AUTH_ERROR_DOWNGRADE,           /* weaker than what this account has used before, or than what was promised */
  XMPP_AUTH_ERROR_TAMPERED,            /* what the server offers was changed on its way (XEP-0474) */
  XMPP_AUTH_ERROR_SERVER_UNPROVEN,     /* success without the server's proof, or with a wrong one */
  XMPP_AUTH_ERROR_OTHER_ACCOUNT,       /* the server bound somebody else's address */
  XMPP_AUTH_ERROR_OTHER_SPELLING,      /* the server writes our address as older rules have it */
  XMPP_AUTH_ERROR_NO_PASSWORD,
} XmppAuthError;

/* Where on the way to a session it ended; the message begins with the step in words. */
typedef enum {
  XMPP_CONNECT_ERROR_LOOKUP,           /* DNS did not answer */
  XMPP_CONNECT_ERROR_NAME_UNKNOWN,     /* no such server name */
  XMPP_CONNECT_ERROR_NO_SERVICE,       /* the domain says "no XMPP here" (SRV ".") */
  XMPP_CONNECT_ERROR_UNREACHABLE,      /* no address could be connected to */
  XMPP_CONNECT_ERROR_PROXY,            /* the proxy refused or failed */
  XMPP_CONNECT_ERROR_NO_TLS,           /* STARTTLS not offered, refused, or answered with junk */
  XMPP_CONNECT_ERROR_TLS,              /* the handshake failed */
  XMPP_CONNECT_ERROR_CERTIFICATE,      /* the certificate does not prove the account's domain */
  XMPP_CONNECT_ERROR_TIMEOUT,          /* one step took longer than it may */
  XMPP_CONNECT_ERROR_CLOSED,           /* the server hung up, or the link died */
  XMPP_CONNECT_ERROR_NOT_XMPP,         /* what answers does not speak XMPP 1.0 */
} XmppConnectError;

#define XMPP_STREAM_ERROR  (xmpp_stream_error_quark ())
#define XMPP_STANZA_ERROR  (xmpp_stanza_error_quark ())
#define XMPP_AUTH_ERROR    (xmpp_auth_error_quark ())
#define XMPP_CONNECT_ERROR (xmpp_connect_error_quark ())

GQuark      xmpp_stream_error_quark     (void);
GQuark      xmpp_stanza_error_quark     (void);
GQuark      xmpp_auth_error_quark       (void);
GQuark      xmpp_connect_error_quark    (void);
const char *xmpp_stream_error_name      (XmppStreamError   code);
const char *xmpp_stanza_error_name      (XmppStanzaError   code);
GError     *xmpp_error_new_certificate  (XmppCertificate  *certificate,
                                         const char       *message) G_GNUC_WARN_UNUSED_RESULT;   /* XMPP_CONNECT_ERROR_CERTIFICATE */
XmppCertificate *xmpp_error_get_certificate (const GError *error);                              /* (transfer none) (nullable) the one refused */
GError     *xmpp_error_from_stream_node (const XmppNode   *error) G_GNUC_WARN_UNUSED_RESULT;   /* <stream:error/> */
const char *xmpp_error_get_other_host   (const GError     *error);                              /* (transfer none) (nullable) "host:port" */
GError     *xmpp_error_from_stanza      (const XmppNode   *stanza) G_GNUC_WARN_UNUSED_RESULT;  /* type='error' */
GError     *xmpp_error_from_failure     (const XmppNode   *failure) G_GNUC_WARN_UNUSED_RESULT; /* SASL <failure/> */
XmppNode   *xmpp_error_to_stream_node   (const GError     *error) G_GNUC_WARN_UNUSED_RESULT;
XmppNode   *xmpp_error_reply            (const XmppNode   *stanza,
                                         XmppStanzaError   code) G_GNUC_WARN_UNUSED_RESULT;    /* to an iq, message or presence */
void        xmpp_error_add              (XmppNode         *stanza,
                                         XmppStanzaError   code);

G_END_DECLS
