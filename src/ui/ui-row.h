/* What the rows of people have in common: whom they show, what is unread, and what a screen reader says of them. */
#pragma once

#include "ui-avatar.h"

G_BEGIN_DECLS

GBindingGroup *ui_row_bind_contact (GtkLabel          *name,
                                    UiAvatar          *avatar) G_GNUC_WARN_UNUSED_RESULT;   /* its source is the ChatContact */
void           ui_row_set_unread   (GtkLabel          *pill,
                                    guint              unread);
char          *ui_row_unread_words (guint              unread) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) nothing is */
void           ui_row_set_spoken   (GtkWidget         *row,
                                    const char *const *words,      /* (nullable) elements: left out */
                                    guint              n_words);

G_END_DECLS
