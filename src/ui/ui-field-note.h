/* The sentence beneath an entry: what is wrong with what was typed, or what it will do. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define UI_TYPE_FIELD_NOTE (ui_field_note_get_type ())
G_DECLARE_FINAL_TYPE (UiFieldNote, ui_field_note, UI, FIELD_NOTE, AdwPreferencesRow)

/* Property: "entry" (AdwEntryRow), construct only: the row above. It is hidden with nothing to say; an error goes
 * when the entry's text changes, a hint stays. */
void ui_field_note_set_error  (UiFieldNote *self,
                               const char  *sentence);   /* (nullable) */
void ui_field_note_set_hint   (UiFieldNote *self,
                               const char  *sentence);   /* (nullable) */
void ui_field_note_show_error (UiFieldNote *self,
                               const char  *sentence);   /* … and puts the cursor into the entry */

G_END_DECLS
