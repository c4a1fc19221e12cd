/* What a server offers to sign in with, and which of it we take. */
#pragma once

#include "crypto-scram.h"
#include "xmpp-login.h"
#include "xmpp-node.h"
#include "xmpp-tls.h"

G_BEGIN_DECLS

typedef struct {
  const char      *mechanism;    /* static: "SCRAM-SHA-256-PLUS" */
  gboolean         is_plain;     /* PLAIN; nothing below counts */
  CryptoScramHash  hash;
  XmppBinding      binding;      /* name NULL: none */
  char             flag;         /* RFC 5802 §6: 'p', 'y' or 'n' */
  gboolean         is_plus_offered; /* some mechanism with channel binding, whether it works here or not */
  gboolean         must_confirm; /* only if the server signs what it has offered (XEP-0474 §6) */
} XmppChoice;

gboolean xmpp_offer_choose (const XmppLogin  *login,
                            const XmppNode   *mechanisms,   /* the feature */
                            const XmppNode   *bindings,     /* (nullable) XEP-0440's feature */
                            GTlsConnection   *tls,          /* (nullable) */
                            XmppChoice       *choice,       /* (out caller-allocates) */
                            GError          **error);       /* XMPP_AUTH_ERROR */
char    *xmpp_offer_list   (const XmppNode   *mechanisms,
                            const XmppNode   *bindings) G_GNUC_WARN_UNUSED_RESULT;   /* as XEP-0474 hashes it */

G_END_DECLS
