/* One contact: name, groups, who sees whom in words with the buttons that change it, and how to remove them. */
#include "ui-contact-window.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "chat-contact-acts.h"
#include "chat-core.h"
#include "ui-add-contact.h"
#include "ui-avatar.h"
#include "ui-contact-changes.h"
#include "ui-contact-words.h"
#include "ui-group-choice.h"
#include "ui-voice.h"
#include "ui-wrap-layout.h"

#define MAX_NAME 100   /* characters that can be typed */

/* The buttons that change who sees whom, each in a place of its own that is there only while it makes sense. */
static const struct {
  UiContactStep  step;
  const char    *place;    /* its id in the template … */
  const char    *target;   /* … and what its action is told */
} steps[] = {
  { UI_CONTACT_ASK, "ask", "ask" },
  { UI_CONTACT_ASK_AGAIN, "ask_again", "ask-again" },
  { UI_CONTACT_TAKE_BACK, "take_back", "take-back" },
  { UI_CONTACT_STOP_SEEING, "stop_seeing", "stop-seeing" },
  { UI_CONTACT_ALLOW, "allow", "allow" },
  { UI_CONTACT_DENY, "deny", "deny" },
  { UI_CONTACT_ALLOW_AHEAD, "allow_ahead", "allow-ahead" },
  { UI_CONTACT_WITHDRAW, "withdraw", "withdraw" },
  { UI_CONTACT_STOP_SHOWING, "stop_showing", "stop-showing" },
};

#define SEEING_STEPS (UI_CONTACT_ASK | UI_CONTACT_ASK_AGAIN | UI_CONTACT_TAKE_BACK | UI_CONTACT_STOP_SEEING)

struct _UiContactWindow {
  AdwWindow        parent_instance;

  ChatContact     *contact;           /* (owned) */
  GBindingGroup   *contact_bindings;
  GSignalGroup    *contact_signals;
  GSignalGroup    *account_signals;
  GCancellable    *cancellable;       /* (owned) of every change under way */
  guint            n_changing;        /* changes of name or groups that the server has not answered */

  AdwToastOverlay *toasts;
  UiAvatar        *avatar;
  GtkLabel        *heading;
  GtkLabel        *presence;
  GtkLabel        *offline;
  GtkLabel        *address;
  GtkWidget       *copy;
  AdwActionRow    *account;
  GtkWidget       *entry;
  GtkEditable     *name;
  UiGroupChoice   *groups;
  GtkWidget       *standing;
  GtkLabel        *seeing;
  GtkWidget       *seeing_steps;
  GtkLabel        *showing;
  GtkWidget       *showing_steps;
  GtkWidget       *places[G_N_ELEMENTS (steps)];
  GtkWidget       *add;
  GtkWidget       *remove;
};

G_DEFINE_FINAL_TYPE (UiContactWindow, ui_contact_window, ADW_TYPE_WINDOW)

/* --- what there is to see --- */

/* What the user is changing is theirs until the server has answered. */
static void
show_entry (UiContactWindow *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  ChatCore *core = account != NULL ? chat_account_get_core (account) : NULL;
  const char *name = chat_contact_get_roster_name (self->contact);
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (self->name));

  if (self->n_changing > 0 || core == NULL)
    return;
  if (!gtk_widget_has_focus (text) && g_strcmp0 (gtk_editable_get_text (self->name), name != NULL ? name : "") != 0)
    gtk_editable_set_text (self->name, name != NULL ? name : "");
  ui_group_choice_set_groups (self->groups, chat_core_get_roster (core), chat_contact_get_groups (self->contact));
}

/* The button that was pressed goes with what it changed; the keyboard goes on from the one that takes its place. */
static void
focus_step (UiContactWindow *self,
            UiContactStep    possible)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if ((possible & steps[i].step) != 0) {
      gtk_widget_grab_focus (self->places[i]);
      return;
    }
}

static void
show_standing (UiContactWindow *self)
{
  UiContactStep possible = ui_contact_steps (self->contact);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  gtk_label_set_label (self->seeing, ui_contact_seeing_words (self->contact));
  gtk_label_set_label (self->showing, ui_contact_showing_words (self->contact));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_widget_set_visible (self->places[i], (possible & steps[i].step) != 0);
  gtk_widget_set_visible (self->seeing_steps, (possible & SEEING_STEPS) != 0);
  gtk_widget_set_visible (self->showing_steps, (possible & ~SEEING_STEPS) != 0);
  if (focus != NULL && !gtk_widget_is_visible (focus) && gtk_widget_is_ancestor (focus, self->standing)) {
    UiContactStep beside = gtk_widget_is_ancestor (focus, self->seeing_steps) ? SEEING_STEPS : ~SEEING_STEPS;

    focus_step (self, (possible & beside) != 0 ? possible & beside : possible);
  }
}

static void
contact_notify_cb (UiContactWindow *self)
{
  gboolean is_contact = chat_contact_is_contact (self->contact);
  g_autofree char *presence = ui_contact_presence_words (self->contact);

  gtk_label_set_label (self->presence, presence);
  gtk_widget_set_visible (GTK_WIDGET (self->presence),
                          (ui_contact_steps (self->contact) & UI_CONTACT_STOP_SEEING) != 0);
  gtk_widget_set_visible (self->entry, is_contact);
  gtk_widget_set_visible (self->remove, is_contact);
  gtk_widget_set_visible (self->add, !is_contact);
  show_standing (self);
  show_entry (self);
}

/* Removed, here or on another device: there is nothing left to be seen of them. */
static void
contact_notify_is_contact_cb (UiContactWindow *self)
{
  if (!chat_contact_is_contact (self->contact))
    gtk_window_close (GTK_WINDOW (self));
}

/* The account was removed. Somebody who is no contact leaves no list with it, so that nothing else would tell. */
static void
accounts_items_changed_cb (UiContactWindow *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);

  if (account == NULL || chat_account_get_core (account) == NULL)
    gtk_window_close (GTK_WINDOW (self));
}

static void
account_notify_state_cb (UiContactWindow *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  g_autofree char *sentence = account != NULL ? ui_contact_offline_sentence (account) : NULL;
  gboolean can_act = chat_contact_can_act (self->contact);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  gtk_label_set_label (self->offline, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->offline), sentence != NULL);
  /* A text that has the cursor is not told that it loses it with its sensitivity. */
  if (!can_act && focus != NULL && gtk_widget_is_ancestor (focus, self->entry))
    gtk_widget_grab_focus (self->copy);
  gtk_widget_set_sensitive (self->entry, can_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact.step", can_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact.add", can_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact.remove", can_act);
  show_standing (self);
}

/* --- what can be done --- */

static void
step_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  UiContactWindow *self = UI_CONTACT_WINDOW (widget);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), steps[i].target))
      ui_contact_take_step (self->contact, steps[i].step);
}

/* The window cancels what is under way when it goes, and is not there any more then. */
static void
change_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  UiContactWindow *self = user_data;
  g_autoptr (GError) error = NULL;

  chat_contact_change_finish (CHAT_CONTACT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->n_changing--;
  if (error != NULL)
    ui_contact_tell_error (GTK_WIDGET (self), self->contact, error);
  show_entry (self);
}

static void
change (UiContactWindow    *self,
        const char         *name,
        const char *const  *groups)
{
  self->n_changing++;
  chat_contact_change_async (self->contact, name, groups, self->cancellable, change_cb, self);
}

static void
name_apply_cb (UiContactWindow *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  change (self, *name != '\0' ? name : NULL, chat_contact_get_groups (self->contact));
}

static void
groups_changed_cb (UiContactWindow *self)
{
  g_auto (GStrv) groups = ui_group_choice_dup_groups (self->groups);

  change (self, chat_contact_get_roster_name (self->contact), (const char *const *) groups);
}

static void
copy_address_cb (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  UiContactWindow *self = UI_CONTACT_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), xmpp_jid_get_text (chat_contact_get_jid (self->contact)));
  ui_toasts_add (self->toasts, _("The address was copied"));
}

static void
add_cb (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  UiContactWindow *self = UI_CONTACT_WINDOW (widget);
  ChatAccount *account = chat_contact_get_account (self->contact);
  ChatCore *core = account != NULL ? chat_account_get_core (account) : NULL;

  if (core != NULL)
    gtk_window_present (GTK_WINDOW (ui_add_contact_new (GTK_WINDOW (self), core, self->contact)));
}

static void
remove_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  ui_contact_ask_removal (GTK_WINDOW (widget), UI_CONTACT_WINDOW (widget)->contact);
}

static void
toasts_add_cb (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  ui_toasts_add (UI_CONTACT_WINDOW (widget)->toasts, g_variant_get_string (parameter, NULL));
}

/* --- life cycle --- */

static void
ui_contact_window_dispose (GObject *object)
{
  UiContactWindow *self = UI_CONTACT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->contact_bindings);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->account_signals);
  G_OBJECT_CLASS (ui_contact_window_parent_class)->dispose (object);
}

static void
ui_contact_window_finalize (GObject *object)
{
  UiContactWindow *self = UI_CONTACT_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (ui_contact_window_parent_class)->finalize (object);
}

static void
ui_contact_window_class_init (UiContactWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ui_contact_window_dispose;
  object_class->finalize = ui_contact_window_finalize;

  gtk_widget_class_install_action (widget_class, "contact.step", "s", step_cb);
  gtk_widget_class_install_action (widget_class, "contact.copy-address", NULL, copy_address_cb);
  gtk_widget_class_install_action (widget_class, "contact.add", NULL, add_cb);
  gtk_widget_class_install_action (widget_class, "contact.remove", NULL, remove_cb);
  gtk_widget_class_install_action (widget_class, "toasts.add", "s", toasts_add_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  g_type_ensure (UI_TYPE_AVATAR);
  g_type_ensure (UI_TYPE_GROUP_CHOICE);
  g_type_ensure (UI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-contact-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, presence);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, offline);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, address);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, copy);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, account);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, name);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, standing);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, seeing);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, seeing_steps);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, showing);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, showing_steps);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, add);
  gtk_widget_class_bind_template_child (widget_class, UiContactWindow, remove);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_widget_class_bind_template_child_full (widget_class, steps[i].place, FALSE,
                                               G_STRUCT_OFFSET (UiContactWindow, places) + i * sizeof (GtkWidget *));
  gtk_widget_class_bind_template_callback (widget_class, name_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, groups_changed_cb);
}

static void
ui_contact_window_init (UiContactWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
  gtk_text_set_max_length (GTK_TEXT (gtk_editable_get_delegate (self->name)), MAX_NAME);

  self->contact_bindings = g_binding_group_new ();
  g_binding_group_bind (self->contact_bindings, "name", self->heading, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "name", self->avatar, "text", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "show", self->avatar, "show", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "asked", self->avatar, "asked", G_BINDING_SYNC_CREATE);
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_notify_cb), self);
  g_signal_group_connect_swapped (self->contact_signals, "notify::is-contact",
                                  G_CALLBACK (contact_notify_is_contact_cb), self);
  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::state", G_CALLBACK (account_notify_state_cb), self);
}

/**
 * ui_contact_window_new:
 * @parent: (nullable): the window it belongs to
 * @contact: somebody, in the contact list or not, whose account is still there
 *
 * Makes the window, which closes itself when @contact leaves the contact list or the account is removed.
 *
 * Returns: (transfer none): the window, owned by the toolkit until it is closed
 */
GtkWidget *
ui_contact_window_new (GtkWindow   *parent,
                       ChatContact *contact)
{
  UiContactWindow *self = g_object_new (UI_TYPE_CONTACT_WINDOW, "transient-for", parent, NULL);
  ChatAccount *account = chat_contact_get_account (contact);
  ChatCore *core = chat_account_get_core (account);
  GListModel *accounts = core != NULL ? G_LIST_MODEL (chat_core_get_accounts (core)) : NULL;
  g_autofree char *address = ui_contact_address (contact);

  self->contact = g_object_ref (contact);
  g_binding_group_set_source (self->contact_bindings, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  g_signal_group_set_target (self->account_signals, account);
  if (accounts != NULL)
    g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_items_changed_cb), self,
                             G_CONNECT_SWAPPED);
  gtk_label_set_label (self->address, address);
  adw_action_row_set_subtitle (self->account, chat_account_get_label (account));
  gtk_widget_set_visible (GTK_WIDGET (self->account), accounts != NULL && g_list_model_get_n_items (accounts) > 1);
  contact_notify_cb (self);
  account_notify_state_cb (self);
  return GTK_WIDGET (self);
}

/**
 * ui_contact_window_edit_name:
 * @self: a window of somebody in the contact list
 *
 * Puts the cursor into the name, all of it selected.
 */
void
ui_contact_window_edit_name (UiContactWindow *self)
{
  g_return_if_fail (UI_IS_CONTACT_WINDOW (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  gtk_editable_select_region (self->name, 0, -1);
}
