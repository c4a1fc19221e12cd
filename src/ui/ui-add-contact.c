/* The dialog that adds a contact: address, name, groups, and words that go with the request.
 *
 *             Add                      the server keeps them
 *   typing ─────────────► busy ───────────────────────────────► closed
 *     ▲                    │
 *     └────────────────────┘ an error: it stands above the form, and what was typed stays
 */
#include "ui-add-contact.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account-settings.h"
#include "chat-contact-acts.h"
#include "ui-account-choice.h"
#include "ui-contact-menu.h"
#include "ui-contact-words.h"
#include "ui-errors.h"
#include "ui-field-note.h"
#include "ui-group-choice.h"
#include "ui-voice.h"

/* What one types is bounded here; the server has bounds of its own. */
#define MAX_ADDRESS 3071   /* RFC 7622 §3.1, in bytes */
#define MAX_NAME    100    /* characters */
#define MAX_WORDS   300    /* characters */

struct _UiAddContact {
  AdwWindow        parent_instance;

  ChatCore        *core;              /* (owned) */
  ChatContact     *given;             /* (owned, nullable) who is to be added, if that is known from the beginning */
  GSignalGroup    *account_signals;
  GSignalGroup    *contact_signals;
  GCancellable    *cancellable;       /* (owned, nullable) while busy */

  GtkWidget       *cancel;
  GtkWidget       *add;
  GtkSpinner      *spinner;
  GtkWidget       *form;
  GtkLabel        *trouble;
  UiAccountChoice *account_choice;
  GtkEditable     *address;
  GtkWidget       *show;
  UiFieldNote     *note;
  AdwActionRow    *account;
  GtkEditable     *name;
  UiGroupChoice   *groups;
  GtkEditable     *words;
  GtkWidget       *allow_row;
  GtkSwitch       *allow;
};

G_DEFINE_FINAL_TYPE (UiAddContact, ui_add_contact, ADW_TYPE_WINDOW)

static char *
dup_text (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

/* (transfer none) (nullable) */
static ChatAccount *
get_account (UiAddContact *self)
{
  return self->given != NULL ? chat_contact_get_account (self->given)
                             : ui_account_choice_get_account (self->account_choice);
}

/* A person's bare address; while it is being typed the part after the @ is not wrong, only missing. */
static XmppJid *
parse_address (UiAddContact  *self,
               GError       **error)
{
  g_autofree char *text = dup_text (self->address);
  g_autoptr (XmppJid) jid = NULL;

  if (self->given != NULL)
    return xmpp_jid_ref (chat_contact_get_jid (self->given));
  jid = xmpp_jid_new_typed (text, error);
  if (jid == NULL || xmpp_jid_get_local (jid) == NULL)
    return NULL;
  return xmpp_jid_ref (xmpp_jid_get_bare (jid));
}

/* --- the sentence beneath the address --- */

static void
set_note (UiAddContact *self,
          const char   *error,    /* (nullable) */
          const char   *hint)     /* (nullable) */
{
  ui_field_note_set_error (self->note, error);
  ui_field_note_set_hint (self->note, hint);
}

/* Says what is to be said of an address that cannot be added; nothing while it may still become one that can be. */
static void
note_no_address (UiAddContact *self,
                 const GError *error)
{
  g_autofree char *text = dup_text (self->address);
  const char *at = strchr (text, '@');

  if (error != NULL && at != NULL && at[1] != '\0') {
    g_autofree char *sentence = ui_error_sentence (error, NULL);

    set_note (self, sentence, NULL);
  } else if (*text != '\0' && at == NULL) {
    set_note (self, NULL, _("An address looks like juliet@capulet.example."));
  } else {
    set_note (self, NULL, NULL);
  }
}

/* Says what is to be said of @contact. Returns whether they can be added. */
static gboolean
note_contact (UiAddContact *self,
              ChatAccount  *account,
              ChatContact  *contact)
{
  g_autofree char *sentence = NULL;

  if (xmpp_jid_equal (chat_contact_get_jid (contact), chat_account_get_jid (account))) {
    set_note (self, _("This is your own address."), NULL);
    return FALSE;
  }
  if (chat_contact_is_contact (contact)) {
    g_autofree char *name = base_text_isolate (chat_contact_get_name (contact));

    sentence = g_strdup_printf (_("%s is in your contact list already."), name);
    set_note (self, NULL, sentence);
    return FALSE;
  }
  sentence = ui_contact_warning (contact);
  if (sentence != NULL)
    set_note (self, NULL, sentence);
  else
    set_note (self, NULL, chat_contact_is_asking (contact) ? _("They ask to see your status.") : NULL);
  return TRUE;
}

/* --- what can be done now --- */

static void
update (UiAddContact *self)
{
  ChatAccount *account = get_account (self);
  gboolean online = account != NULL && chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);
  ChatContact *known = account != NULL && jid != NULL ? chat_account_find_contact (account, jid) : NULL;
  g_autoptr (ChatContact) somebody = NULL;
  gboolean can_add = FALSE;

  g_signal_group_set_target (self->contact_signals, known);
  if (account == NULL || jid == NULL) {
    note_no_address (self, error);
  } else {
    somebody = known != NULL ? g_object_ref (known) : chat_contact_new (account, jid);
    can_add = note_contact (self, account, somebody);
  }
  gtk_widget_set_visible (self->show, known != NULL && chat_contact_is_contact (known));
  gtk_widget_set_visible (self->allow_row, can_add && (chat_contact_is_asking (somebody)
                                                       || chat_contact_can_allow_ahead (somebody)));
  gtk_widget_set_sensitive (self->add, can_add && online && self->cancellable == NULL);
  gtk_widget_set_sensitive (self->form, self->cancellable == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->cancellable != NULL);
  gtk_spinner_set_spinning (self->spinner, self->cancellable != NULL);
}

static void
show_trouble (UiAddContact *self,
              const char   *sentence)
{
  gtk_label_set_label (self->trouble, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentence != NULL);
}

static void
account_notify_state_cb (UiAddContact *self)
{
  ChatAccount *account = get_account (self);
  g_autofree char *sentence = account != NULL ? ui_contact_offline_sentence (account) : NULL;

  show_trouble (self, account != NULL ? sentence
                                      : _("None of your accounts is switched on. Switch one on to add contacts."));
  update (self);
}

static void
account_changed_cb (UiAddContact *self)
{
  g_signal_group_set_target (self->account_signals, get_account (self));
  account_notify_state_cb (self);
}

static void
address_changed_cb (UiAddContact *self)
{
  update (self);
}

static void
show_clicked_cb (UiAddContact *self)
{
  g_autoptr (ChatContact) contact = g_signal_group_dup_target (self->contact_signals);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (contact == NULL || parent == NULL)
    return;
  gtk_widget_activate_action_variant (GTK_WIDGET (parent), "win.show-contact", ui_contact_menu_target (contact));
  gtk_window_close (GTK_WINDOW (self));
}

/* --- adding --- */

/* The dialog cancels what is under way when it goes, and is not there any more then. */
static void
add_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  UiAddContact *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean added = chat_contact_add_finish (CHAT_CONTACT (source), result, &error);
  ChatAccount *account = chat_contact_get_account (CHAT_CONTACT (source));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (added) {
    gtk_window_close (GTK_WINDOW (self));
  } else {
    g_autofree char *sentence = ui_error_sentence (error, account != NULL ? chat_account_get_jid (account) : NULL);

    show_trouble (self, sentence);
    update (self);
    if (!gtk_widget_grab_focus (self->add))
      gtk_widget_grab_focus (GTK_WIDGET (self->address));
  }
}

static void
add_clicked_cb (UiAddContact *self)
{
  ChatAccount *account = get_account (self);
  g_autoptr (XmppJid) jid = parse_address (self, NULL);
  g_autofree char *name = dup_text (self->name);
  g_autofree char *words = dup_text (self->words);
  g_auto (GStrv) groups = ui_group_choice_dup_groups (self->groups);
  gboolean allow = gtk_widget_get_visible (self->allow_row) && gtk_switch_get_active (self->allow);

  if (account == NULL || jid == NULL || self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  show_trouble (self, NULL);
  gtk_widget_grab_focus (self->cancel);
  chat_contact_add_async (chat_account_get_contact (account, jid), *name != '\0' ? name : NULL,
                          (const char *const *) groups, *words != '\0' ? words : NULL, allow, self->cancellable,
                          add_cb, self);
  update (self);
}

/* --- life cycle --- */

static void
ui_add_contact_dispose (GObject *object)
{
  UiAddContact *self = UI_ADD_CONTACT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account_signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->given);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_add_contact_parent_class)->dispose (object);
}

static void
ui_add_contact_class_init (UiAddContactClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_add_contact_dispose;

  g_type_ensure (UI_TYPE_ACCOUNT_CHOICE);
  g_type_ensure (UI_TYPE_FIELD_NOTE);
  g_type_ensure (UI_TYPE_GROUP_CHOICE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-add-contact.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, cancel);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, add);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, form);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, trouble);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, account_choice);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, address);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, show);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, note);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, account);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, name);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, groups);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, words);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, allow_row);
  gtk_widget_class_bind_template_child (widget_class, UiAddContact, allow);
  gtk_widget_class_bind_template_callback (widget_class, account_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

/* Who it is cannot be changed any more, nor from which account. */
static void
show_given (UiAddContact *self)
{
  ChatAccount *account = chat_contact_get_account (self->given);
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (self->core)));

  gtk_editable_set_text (self->address, xmpp_jid_get_text (chat_contact_get_jid (self->given)));
  gtk_editable_set_editable (self->address, FALSE);
  adw_action_row_set_subtitle (self->account, account != NULL ? chat_account_get_label (account) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->account), n_accounts > 1);
}

static void
limit_length (GtkEditable *entry,
              int          characters)
{
  gtk_text_set_max_length (GTK_TEXT (gtk_editable_get_delegate (entry)), characters);
}

static void
ui_add_contact_init (UiAddContact *self)
{
  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::state", G_CALLBACK (account_notify_state_cb), self);
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (update), self);

  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
  limit_length (self->address, MAX_ADDRESS);
  limit_length (self->name, MAX_NAME);
  limit_length (self->words, MAX_WORDS);
}

/**
 * ui_add_contact_new:
 * @parent: (nullable): the window it belongs to
 * @core: where there is at least one account
 * @contact: (nullable): who is to be added, if that is known: then the address cannot be changed
 *
 * Makes the dialog, which closes itself once the server has added the contact.
 *
 * Returns: (transfer none): the dialog, owned by the toolkit until it is closed
 */
GtkWidget *
ui_add_contact_new (GtkWindow   *parent,
                    ChatCore    *core,
                    ChatContact *contact)
{
  static const char *const none[] = { NULL };
  UiAddContact *self = g_object_new (UI_TYPE_ADD_CONTACT, "transient-for", parent, NULL);

  self->core = g_object_ref (core);
  g_set_object (&self->given, contact);
  ui_group_choice_set_groups (self->groups, chat_core_get_roster (core), none);
  if (contact != NULL)
    show_given (self);
  else
    ui_account_choice_set_core (self->account_choice, core);
  account_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (contact != NULL ? self->name : self->address));
  return GTK_WIDGET (self);
}

/**
 * ui_add_contact_propose:
 * @self: a dialog that was not told who is to be added
 * @jid: an address
 *
 * Fills in @jid, which the user may change.
 */
void
ui_add_contact_propose (UiAddContact *self,
                        XmppJid      *jid)
{
  g_return_if_fail (UI_IS_ADD_CONTACT (self));
  g_return_if_fail (self->given == NULL);

  gtk_editable_set_text (self->address, xmpp_jid_get_text (xmpp_jid_get_bare (jid)));
}
