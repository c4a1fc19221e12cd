/* The sentence beneath an entry: what is wrong with what was typed, or what it will do. */
#include "ui-field-note.h"

struct _UiFieldNote {
  AdwPreferencesRow  parent_instance;

  GtkWidget         *entry;    /* (nullable) AdwEntryRow; the list that holds both outlives neither */
  char              *error;    /* (owned, nullable) */
  char              *hint;     /* (owned, nullable) */

  GtkLabel          *sentence;
};

enum { PROP_ENTRY = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiFieldNote, ui_field_note, ADW_TYPE_PREFERENCES_ROW)

/* A screen reader hears state and description from the widget that has the focus: the text inside the row. */
static void
tell (UiFieldNote *self)
{
  GtkAccessible *text = GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)));
  const char *sentence = self->error != NULL ? self->error : self->hint;

  gtk_label_set_label (self->sentence, sentence != NULL ? sentence : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sentence != NULL ? sentence : "", -1);
  gtk_widget_set_visible (GTK_WIDGET (self), sentence != NULL);
  if (sentence != NULL)
    gtk_accessible_update_property (text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
  else
    gtk_accessible_reset_property (text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  if (self->error != NULL) {
    gtk_widget_add_css_class (self->entry, "error");
    gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "field-error");
    gtk_accessible_update_state (text, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
  } else {
    gtk_widget_remove_css_class (self->entry, "error");
    gtk_widget_remove_css_class (GTK_WIDGET (self->sentence), "field-error");
    gtk_accessible_reset_state (text, GTK_ACCESSIBLE_STATE_INVALID);
  }
}

static void
entry_changed_cb (UiFieldNote *self)
{
  ui_field_note_set_error (self, NULL);
}

static void
ui_field_note_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  UiFieldNote *self = UI_FIELD_NOTE (object);

  switch (prop_id) {
  case PROP_ENTRY:
    g_set_weak_pointer (&self->entry, g_value_get_object (value));
    if (self->entry != NULL)
      g_signal_connect_object (self->entry, "changed", G_CALLBACK (entry_changed_cb), self, G_CONNECT_SWAPPED);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_field_note_finalize (GObject *object)
{
  UiFieldNote *self = UI_FIELD_NOTE (object);

  g_clear_weak_pointer (&self->entry);
  g_free (self->error);
  g_free (self->hint);
  G_OBJECT_CLASS (ui_field_note_parent_class)->finalize (object);
}

static void
ui_field_note_class_init (UiFieldNoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ui_field_note_set_property;
  object_class->finalize = ui_field_note_finalize;

  properties[PROP_ENTRY] = g_param_spec_object ("entry", NULL, NULL, ADW_TYPE_ENTRY_ROW,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-field-note.ui");
  gtk_widget_class_bind_template_child (widget_class, UiFieldNote, sentence);
}

static void
ui_field_note_init (UiFieldNote *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_field_note_set_error:
 * @self: a note
 * @sentence: (nullable): what is wrong with the entry; %NULL for nothing
 *
 * Says it, instead of the hint, until the entry's text changes.
 */
void
ui_field_note_set_error (UiFieldNote *self,
                         const char  *sentence)
{
  g_return_if_fail (UI_IS_FIELD_NOTE (self));

  if (self->entry == NULL || g_strcmp0 (self->error, sentence) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (sentence);
  tell (self);
}

/**
 * ui_field_note_set_hint:
 * @self: a note
 * @sentence: (nullable): what the entry will do; %NULL for nothing
 *
 * Says it while nothing is wrong.
 */
void
ui_field_note_set_hint (UiFieldNote *self,
                        const char  *sentence)
{
  g_return_if_fail (UI_IS_FIELD_NOTE (self));

  if (self->entry == NULL || g_strcmp0 (self->hint, sentence) == 0)
    return;
  g_free (self->hint);
  self->hint = g_strdup (sentence);
  tell (self);
}

/**
 * ui_field_note_show_error:
 * @self: a note
 * @sentence: what is wrong with the entry
 *
 * Says it, and puts the cursor where it can be mended.
 */
void
ui_field_note_show_error (UiFieldNote *self,
                          const char  *sentence)
{
  g_return_if_fail (UI_IS_FIELD_NOTE (self));
  g_return_if_fail (self->entry != NULL);

  ui_field_note_set_error (self, sentence);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}
