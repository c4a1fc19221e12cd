/* What an account is doing, or why it cannot, as a sentence, and the one step that may help. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

/* The step that mends an account's trouble. */
typedef enum {
  UI_REMEDY_NONE,
  UI_REMEDY_TRY,           /* "Try now": it may have come right */
  UI_REMEDY_PASSWORD,      /* "Enter password…" */
  UI_REMEDY_CERTIFICATE,   /* "Show certificate…" */
  UI_REMEDY_SETTINGS,      /* "Account settings…" */
  UI_REMEDY_RETURN,        /* "Use here": another client took the place */
} UiRemedy;

char       *ui_account_sentence       (ChatAccount *account) G_GNUC_WARN_UNUSED_RESULT;   /* its state, never empty */
char       *ui_account_reason         (ChatAccount *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) why it is not online */
char       *ui_account_keyring_sentence (ChatAccount *account) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) why its password is not kept, or not forgotten */
char       *ui_account_exposure_sentence (ChatAccount *account) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) why its sign-in is safe no more */
char       *ui_account_among          (ChatAccount *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) which one it is, where there are several */
UiRemedy    ui_account_remedy         (ChatAccount *account);
const char *ui_remedy_label           (UiRemedy     remedy);                              /* (nullable) with NONE */
const char *ui_remedy_action          (UiRemedy     remedy);                              /* (nullable) its target is the account's address */
gboolean    ui_account_wants_password (ChatAccount *account);
const char *ui_step_sentence          (XmppStep     step);

G_END_DECLS
