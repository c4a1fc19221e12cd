/* Errors as sentences that say what to do: the only file that turns a GError into words for people. */
#pragma once

#include "xmpp-jid.h"

G_BEGIN_DECLS

/* Which entry of a sign-in form an error is about. */
typedef enum {
  UI_FIELD_NONE,       /* none: what was typed may be right */
  UI_FIELD_ADDRESS,
  UI_FIELD_PASSWORD,
  UI_FIELD_SERVER,     /* server, port, security */
} UiErrorField;

/* What an error happened to. */
typedef struct {
  XmppJid    *account;   /* (nullable) */
  const char *server;    /* (nullable) named by hand; NULL: the one of the address */
  const char *pin;       /* (nullable) fingerprint of the certificate that is trusted */
  gboolean    retried;   /* it is tried again without anybody's help … */
  const char *again;     /* (nullable) … at this time; NULL: soon */
} UiErrorAbout;

/* What the keyring was asked to do. */
typedef enum {
  UI_KEYRING_GIVE,
  UI_KEYRING_KEEP,
  UI_KEYRING_FORGET,
} UiKeyringTask;

char         *ui_error_sentence      (const GError  *error,
                                      XmppJid       *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) account */
char         *ui_error_sentence_about (const GError *error,
                                      const UiErrorAbout *about) G_GNUC_WARN_UNUSED_RESULT;
char         *ui_error_keyring       (const GError  *error,                                /* DESKTOP_SECRETS_ERROR */
                                      UiKeyringTask  task,
                                      XmppJid       *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) account */
char         *ui_error_password_change (const GError *error,                               /* the old password stays */
                                      XmppJid       *account) G_GNUC_WARN_UNUSED_RESULT;
char         *ui_error_store_trouble (const GError  *error) G_GNUC_WARN_UNUSED_RESULT;     /* of a Store: nothing can be stored now */
UiErrorField  ui_error_field         (const GError  *error,
                                      gboolean       manual);                              /* a server was named by hand */
char         *ui_error_message       (const char    *reason,
                                      const char    *name) G_GNUC_WARN_UNUSED_RESULT;      /* why a line was not sent: ChatMessage:error, and to whom */
gboolean      ui_error_wants_password (const GError *error);                               /* (nullable) a new password may mend it */

G_END_DECLS
