/* How we stand with somebody, in words: who of us sees the other's status, and what can be done about it. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

/* What can be done about who sees whom (RFC 6121 §3); each is a button. */
typedef enum {
  UI_CONTACT_ASK          = 1 << 0,
  UI_CONTACT_ASK_AGAIN    = 1 << 1,
  UI_CONTACT_TAKE_BACK    = 1 << 2,   /* what was asked and not answered */
  UI_CONTACT_STOP_SEEING  = 1 << 3,
  UI_CONTACT_ALLOW        = 1 << 4,   /* they ask */
  UI_CONTACT_DENY         = 1 << 5,
  UI_CONTACT_ALLOW_AHEAD  = 1 << 6,   /* they do not ask yet */
  UI_CONTACT_WITHDRAW     = 1 << 7,   /* what was allowed ahead */
  UI_CONTACT_STOP_SHOWING = 1 << 8,
} UiContactStep;

const char    *ui_contact_seeing_words     (ChatContact    *contact);   /* do we see their status? */
const char    *ui_contact_showing_words    (ChatContact    *contact);   /* do they see ours? */
UiContactStep  ui_contact_steps            (ChatContact    *contact);   /* those that make sense now */
void           ui_contact_take_step        (ChatContact    *contact,
                                            UiContactStep   step);      /* one of them */
char          *ui_contact_presence_words   (ChatContact    *contact) G_GNUC_WARN_UNUSED_RESULT;   /* "Away · At the market" */
char          *ui_contact_offline_sentence (ChatAccount    *account) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) why nothing can be changed now */
char          *ui_contact_address          (ChatContact    *contact) G_GNUC_WARN_UNUSED_RESULT;   /* fit to be shown */
char          *ui_contact_warning          (ChatContact    *contact) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) for whom they may be mistaken */

G_END_DECLS
