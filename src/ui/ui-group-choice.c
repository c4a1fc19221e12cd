/* The row in which one chooses the groups that somebody is in: those there are, and new ones by typing. */
#include "ui-group-choice.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-voice.h"

/* Nobody has chosen a longer name on purpose; the server would take 1023 bytes (RFC 6121 §2.1.2.6). */
#define MAX_TYPED 100   /* characters */

typedef struct {
  char           *id;      /* (owned) the name as the server writes it */
  GtkWidget      *row;
  GtkCheckButton *check;
} Choice;

struct _UiGroupChoice {
  AdwExpanderRow  parent_instance;

  GPtrArray      *choices;    /* (owned) of Choice */

  GtkEditable    *new_group;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiGroupChoice, ui_group_choice, ADW_TYPE_EXPANDER_ROW)

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->id);
  g_free (choice);
}

/* "Capulets, Friends", which can be read while the row is folded. */
static void
update_subtitle (UiGroupChoice *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  for (guint i = 0; i < self->choices->len; i++) {
    Choice *choice = self->choices->pdata[i];

    if (gtk_check_button_get_active (choice->check))
      g_ptr_array_add (names, base_text_name (choice->id));
  }
  if (names->len == 0)
    /* Translators: the groups that a contact is in. */
    g_ptr_array_add (names, g_strdup (C_("groups", "None")));
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), list);
}

static void
check_toggled_cb (UiGroupChoice *self)
{
  update_subtitle (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static Choice *
find_choice (UiGroupChoice *self,
             const char    *id)
{
  for (guint i = 0; i < self->choices->len; i++) {
    Choice *choice = self->choices->pdata[i];

    if (g_str_equal (choice->id, id))
      return choice;
  }
  return NULL;
}

/* The entry for a new one stays the last row. */
static void
add_choice (UiGroupChoice *self,
            const char    *id,
            gboolean       chosen)
{
  g_autofree char *name = base_text_name (id);
  Choice *choice = g_new0 (Choice, 1);

  choice->id = g_strdup (id);
  choice->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  gtk_check_button_set_active (choice->check, chosen);
  gtk_widget_set_valign (GTK_WIDGET (choice->check), GTK_ALIGN_CENTER);
  choice->row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (choice->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (choice->row), name);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (choice->row), GTK_WIDGET (choice->check));
  adw_action_row_add_prefix (ADW_ACTION_ROW (choice->row), GTK_WIDGET (choice->check));
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (choice->check, "toggled", G_CALLBACK (check_toggled_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->choices, choice);

  g_object_ref (self->new_group);
  adw_expander_row_remove (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->new_group));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), choice->row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->new_group));
  g_object_unref (self->new_group);
}

static char *
dup_typed (UiGroupChoice *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->new_group)));
}

static void
new_group_apply_cb (UiGroupChoice *self)
{
  g_autofree char *typed = dup_typed (self);
  Choice *known = find_choice (self, typed);

  gtk_editable_set_text (self->new_group, "");
  if (*typed == '\0' || (known != NULL && gtk_check_button_get_active (known->check)))
    return;
  if (known != NULL) {
    gtk_check_button_set_active (known->check, TRUE);
    return;
  }
  add_choice (self, typed, TRUE);
  check_toggled_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->new_group));
}

static void
ui_group_choice_finalize (GObject *object)
{
  g_clear_pointer (&UI_GROUP_CHOICE (object)->choices, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_group_choice_parent_class)->finalize (object);
}

static void
ui_group_choice_class_init (UiGroupChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ui_group_choice_finalize;

  signals[CHANGED] =
      g_signal_new ("changed", UI_TYPE_GROUP_CHOICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-group-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGroupChoice, new_group);
  gtk_widget_class_bind_template_callback (widget_class, new_group_apply_cb);
}

static void
ui_group_choice_init (UiGroupChoice *self)
{
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
  gtk_text_set_max_length (GTK_TEXT (gtk_editable_get_delegate (self->new_group)), MAX_TYPED);
  update_subtitle (self);
}

/**
 * ui_group_choice_new:
 *
 * Makes a row that knows no group yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_group_choice_new (void)
{
  return g_object_new (UI_TYPE_GROUP_CHOICE, NULL);
}

/**
 * ui_group_choice_set_groups:
 * @self: a row
 * @roster: where the groups are that there are already
 * @groups: the chosen ones, as the server writes them
 *
 * Shows what is chosen. What is being typed stays.
 */
void
ui_group_choice_set_groups (UiGroupChoice     *self,
                            ChatRoster        *roster,
                            const char *const *groups)
{
  g_autoptr (GPtrArray) old = NULL;

  g_return_if_fail (UI_IS_GROUP_CHOICE (self));

  old = g_steal_pointer (&self->choices);
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  for (guint i = 0; i < old->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), ((Choice *) old->pdata[i])->row);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (roster)); i++) {
    g_autoptr (ChatGroup) group = g_list_model_get_item (G_LIST_MODEL (roster), i);
    const char *id = chat_group_get_id (group);

    if (*id != '\0' && find_choice (self, id) == NULL)
      add_choice (self, id, g_strv_contains (groups, id));
  }
  for (; *groups != NULL; groups++)
    if (find_choice (self, *groups) == NULL)
      add_choice (self, *groups, TRUE);
  update_subtitle (self);
}

/**
 * ui_group_choice_dup_groups:
 * @self: a row
 *
 * Returns: (transfer full): the chosen groups and the one that is being typed, as the server is to write them
 */
char **
ui_group_choice_dup_groups (UiGroupChoice *self)
{
  g_autoptr (GStrvBuilder) groups = g_strv_builder_new ();
  g_autofree char *typed = NULL;
  Choice *known;

  g_return_val_if_fail (UI_IS_GROUP_CHOICE (self), NULL);

  for (guint i = 0; i < self->choices->len; i++) {
    Choice *choice = self->choices->pdata[i];

    if (gtk_check_button_get_active (choice->check))
      g_strv_builder_add (groups, choice->id);
  }
  typed = dup_typed (self);
  known = find_choice (self, typed);
  if (*typed != '\0' && (known == NULL || !gtk_check_button_get_active (known->check)))
    g_strv_builder_add (groups, typed);
  return g_strv_builder_end (groups);
}
