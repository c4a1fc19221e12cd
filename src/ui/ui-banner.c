/* The strip that says why one is not online, with the one button that may help. */
#include "ui-banner.h"

#include <glib/gi18n.h>

#include "ui-account-watch.h"
#include "ui-errors.h"

struct _UiBanner {
  AdwBin          parent_instance;

  ChatCore       *core;      /* (owned, nullable) */
  UiAccountWatch *watch;     /* (owned, nullable) */
  gboolean        troubled;  /* something was wrong, and has not come right yet */
  gboolean        dismissed; /* the user has read that the keyring failed */

  GtkRevealer    *revealer;
  GtkLabel       *sentence;
  GtkButton      *button;
};

G_DEFINE_FINAL_TYPE (UiBanner, ui_banner, ADW_TYPE_BIN)

/* Says @sentence; @action is (nullable): nothing to be done but to wait. */
static void
say (UiBanner   *self,
     const char *sentence,
     const char *label,
     const char *action,
     GVariant   *target)
{
  gtk_label_set_label (self->sentence, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->button), action != NULL);
  if (action != NULL) {
    gtk_button_set_label (self->button, label);
    /* In between there is no action: the one before may not take this target. */
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), NULL);
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button), target);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  }
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

static void
say_trouble (UiBanner    *self,
             ChatAccount *account)
{
  XmppJid *jid = chat_account_get_jid (account);
  g_autofree char *sentence = ui_account_sentence (account);

  if (ui_account_wants_password (account))
    say (self, sentence, _("Enter password…"), "win.enter-password",
         g_variant_new_string (xmpp_jid_get_text (jid)));
  else
    say (self, sentence, _("Try now"), "win.try-now", NULL);
}

static ChatAccount *
first_account_with (UiBanner *self,
                    gboolean  (*test) (ChatAccount *account))
{
  GListModel *accounts = G_LIST_MODEL (chat_core_get_accounts (self->core));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    if (test (account))
      return account;
  }
  return NULL;
}

static gboolean
is_connecting (ChatAccount *account)
{
  return chat_account_get_state (account) == CHAT_ACCOUNT_CONNECTING;
}

static gboolean
has_lost_password (ChatAccount *account)
{
  return chat_account_get_secret_error (account) != NULL;
}

/* A first attempt is not worth a strip; one that follows a failure takes the failure's place, so nothing jumps. */
static void
accounts_changed_cb (UiBanner *self)
{
  ChatAccount *account = ui_account_watch_get_troubled (self->watch);

  if (chat_core_get_show (self->core) == XMPP_SHOW_OFFLINE
      && g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (self->core))) > 0) {
    self->troubled = FALSE;
    say (self, _("You are offline."), _("Go online"), "app.set-presence", g_variant_new_string ("available"));
  } else if (account != NULL) {
    self->troubled = TRUE;
    say_trouble (self, account);
  } else if (self->troubled && (account = first_account_with (self, is_connecting)) != NULL) {
    say (self, ui_step_sentence (chat_account_get_step (account)), NULL, NULL, NULL);
  } else if (!self->dismissed && first_account_with (self, has_lost_password) != NULL) {
    self->troubled = FALSE;
    say (self, _("The keyring did not keep your password, so Linnet will ask for it next time."), _("Dismiss"),
         "banner.dismiss", NULL);
  } else {
    self->troubled = FALSE;
    gtk_revealer_set_reveal_child (self->revealer, FALSE);
  }
}

static void
dismiss_cb (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  UiBanner *self = UI_BANNER (widget);

  self->dismissed = TRUE;
  accounts_changed_cb (self);
}

static void
ui_banner_dispose (GObject *object)
{
  UiBanner *self = UI_BANNER (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->watch);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_banner_parent_class)->dispose (object);
}

static void
ui_banner_class_init (UiBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_banner_dispose;

  gtk_widget_class_install_action (widget_class, "banner.dismiss", NULL, dismiss_cb);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, UiBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, UiBanner, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiBanner, button);
}

static void
ui_banner_init (UiBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_banner_new:
 *
 * Makes a strip that stays hidden until ui_banner_set_core().
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_banner_new (void)
{
  return g_object_new (UI_TYPE_BANNER, NULL);
}

/**
 * ui_banner_set_core:
 * @self: a banner, not given a core before
 * @core: whose accounts it speaks of
 *
 * From now on the strip shows and hides itself.
 */
void
ui_banner_set_core (UiBanner *self,
                    ChatCore *core)
{
  g_return_if_fail (UI_IS_BANNER (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  self->watch = ui_account_watch_new (core);
  g_signal_connect_object (core, "notify::show", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
}
