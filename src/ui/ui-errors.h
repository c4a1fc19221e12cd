/* Errors and states as sentences that say what to do: the only file that turns a GError into words for people. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

/* Which entry of a sign-in form an error is about. */
typedef enum {
  UI_FIELD_NONE,       /* none: what was typed may be right */
  UI_FIELD_ADDRESS,
  UI_FIELD_PASSWORD,
  UI_FIELD_SERVER,     /* server, port, security */
} UiErrorField;

char         *ui_error_sentence      (const GError  *error,
                                      XmppJid       *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) account */
UiErrorField  ui_error_field         (const GError  *error,
                                      gboolean       manual);                              /* a server was named by hand */
char         *ui_error_message       (const char    *reason,
                                      const char    *name) G_GNUC_WARN_UNUSED_RESULT;      /* why a line was not sent: ChatMessage:error, and to whom */
gboolean      ui_error_wants_password (const GError *error);                               /* (nullable) a new password may mend it */
gboolean      ui_account_wants_password (ChatAccount *account);                            /* it rests until one is typed */
char         *ui_account_reason      (ChatAccount   *account) G_GNUC_WARN_UNUSED_RESULT;   /* why it is not online, or NULL */
char         *ui_account_sentence    (ChatAccount   *account) G_GNUC_WARN_UNUSED_RESULT;   /* its state in words */
const char   *ui_step_sentence       (XmppStep       step);                                /* "Finding the server…" */
const char   *ui_show_name           (XmppShow       show);                                /* "Do not disturb" */
const char   *ui_show_icon           (XmppShow       show);                                /* "presence-dnd-symbolic" or its like */
const char   *ui_show_id             (XmppShow       show);                                /* "dnd": in settings, actions, style classes */
XmppShow      ui_show_from_id        (const char    *id);                                  /* unknown: AVAILABLE */

G_END_DECLS
