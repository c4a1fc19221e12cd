/* The answers that one can give to somebody who asks to see us. */
#pragma once

#include <adwaita.h>

#include "chat-contact.h"

G_BEGIN_DECLS

#define UI_TYPE_ANSWERS (ui_answers_get_type ())
G_DECLARE_FINAL_TYPE (UiAnswers, ui_answers, UI, ANSWERS, AdwBin)

void ui_answers_set_contact (UiAnswers   *self,
                             ChatContact *contact);   /* (nullable) */

G_END_DECLS
