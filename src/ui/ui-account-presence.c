/* The page of the presence menu for one account: how it is seen, and what it is doing. */
#include "ui-account-presence.h"

#include "chat-account-settings.h"
#include "ui-account-mark.h"
#include "ui-account-words.h"
#include "ui-remedy.h"
#include "ui-show-list.h"
#include "ui-show.h"

struct _UiAccountPresence {
  AdwBin          parent_instance;

  ChatAccount    *account;   /* (owned, nullable) */
  GSignalGroup   *account_signals;

  UiAccountMark  *mark;
  GtkLabel       *label;
  GtkLabel       *state;
  GtkWidget      *remedy;
  UiShowList     *shows;
  GtkWidget      *settings;
};

enum { BACK, DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAccountPresence, ui_account_presence, ADW_TYPE_BIN)

static void
account_notify_cb (UiAccountPresence *self)
{
  gboolean enabled = chat_account_get_enabled (self->account);
  g_autofree char *sentence = ui_account_sentence (self->account);

  gtk_label_set_label (self->label, chat_account_get_label (self->account));
  gtk_label_set_label (self->state, sentence);
  ui_remedy_show (GTK_BUTTON (self->remedy), self->account);
  /* The focus may not vanish with what has it. */
  if (!enabled && gtk_widget_get_mapped (GTK_WIDGET (self->shows))
      && gtk_widget_get_focus_child (GTK_WIDGET (self->shows)) != NULL)
    gtk_widget_grab_focus (self->settings);
  gtk_widget_set_visible (GTK_WIDGET (self->shows), enabled);
  ui_show_list_set_current (self->shows, (int) chat_account_get_show (self->account));
}

static void
back_cb (UiAccountPresence *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
done_cb (UiAccountPresence *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
show_chosen_cb (UiAccountPresence *self,
                int                show)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.set-account-presence", "(ss)",
                              xmpp_jid_get_text (chat_account_get_jid (self->account)), ui_show_id ((XmppShow) show));
  done_cb (self);
}

/* The arrow that leads out is the one away from the text. */
static gboolean
key_pressed_cb (UiAccountPresence *self,
                guint              keyval,
                guint              keycode,
                GdkModifierType    state)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0
      || (keyval != GDK_KEY_Escape && keyval != (rtl ? GDK_KEY_Right : GDK_KEY_Left)
          && keyval != (rtl ? GDK_KEY_KP_Right : GDK_KEY_KP_Left)))
    return GDK_EVENT_PROPAGATE;
  back_cb (self);
  return GDK_EVENT_STOP;
}

static void
ui_account_presence_dispose (GObject *object)
{
  UiAccountPresence *self = UI_ACCOUNT_PRESENCE (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->account_signals);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ui_account_presence_parent_class)->dispose (object);
}

static void
ui_account_presence_class_init (UiAccountPresenceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_account_presence_dispose;

  signals[BACK] =
      g_signal_new ("back", UI_TYPE_ACCOUNT_PRESENCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] =
      g_signal_new ("done", UI_TYPE_ACCOUNT_PRESENCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  g_type_ensure (UI_TYPE_SHOW_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-account-presence.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, mark);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, label);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, state);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, remedy);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, shows);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPresence, settings);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
ui_account_presence_init (UiAccountPresence *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify", G_CALLBACK (account_notify_cb), self);
}

/**
 * ui_account_presence_set_account:
 * @self: a page
 * @account: (nullable): the account to show
 *
 * Follows @account. What is chosen goes out as the action "app.set-account-presence".
 */
void
ui_account_presence_set_account (UiAccountPresence *self,
                                 ChatAccount       *account)
{
  g_return_if_fail (UI_IS_ACCOUNT_PRESENCE (self));

  g_set_object (&self->account, account);
  g_signal_group_set_target (self->account_signals, account);
  ui_account_mark_set_account (self->mark, account);
  if (account != NULL) {
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self->settings), "s",
                                      xmpp_jid_get_text (chat_account_get_jid (account)));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->settings), "app.show-account");
    account_notify_cb (self);
  }
}

/**
 * ui_account_presence_get_account:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the account that is shown
 */
ChatAccount *
ui_account_presence_get_account (UiAccountPresence *self)
{
  g_return_val_if_fail (UI_IS_ACCOUNT_PRESENCE (self), NULL);

  return self->account;
}

/**
 * ui_account_presence_focus:
 * @self: a page that shows an account
 *
 * Gives the focus to the presence that is set, or to what mends the account.
 */
void
ui_account_presence_focus (UiAccountPresence *self)
{
  g_return_if_fail (UI_IS_ACCOUNT_PRESENCE (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self->shows)))
    ui_show_list_focus (self->shows);
  else
    gtk_widget_grab_focus (self->settings);
}
