/* The strip that says why one is not online, with the one button that may help. */
#include "ui-banner.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-watch.h"
#include "ui-account-words.h"
#include "ui-errors.h"

struct _UiBanner {
  AdwBin          parent_instance;

  ChatCore       *core;      /* (owned, nullable) */
  UiAccountWatch *watch;     /* (owned, nullable) */
  gboolean        troubled;  /* something was wrong, and has not come right yet */
  gboolean        dismissed; /* the user has read that the keyring failed */

  GtkRevealer    *revealer;
  GtkBox         *box;
  GtkLabel       *sentence;
  GtkButton      *button;
};

enum { PROP_NARROW = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

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

/* Where there are several accounts, which one it is about. */
static char *
name_account (UiBanner    *self,
              ChatAccount *account,
              const char  *sentence)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (self->core))) < 2)
    return g_strdup (sentence);
  /* Translators: the user's own word for an account, or its address, and what is the matter with it. */
  return g_strdup_printf (_("%s: %s"), chat_account_get_label (account), sentence);
}

static void
say_trouble (UiBanner    *self,
             ChatAccount *account)
{
  UiRemedy remedy = ui_account_remedy (account);
  guint others = ui_account_watch_count_troubled (self->watch) - 1;
  g_autofree char *sentence = ui_account_sentence (account);
  g_autofree char *named = name_account (self, account, sentence);
  g_autofree char *more = NULL;
  g_autofree char *all = NULL;

  if (others > 0)
    more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "And %u more account is not connected.",
                                         "And %u more accounts are not connected.", others),
                            others);
  all = more != NULL ? g_strjoin (" ", named, more, NULL) : g_strdup (named);
  say (self, all, ui_remedy_label (remedy), ui_remedy_action (remedy),
       g_variant_new_string (xmpp_jid_get_text (chat_account_get_jid (account))));
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
is_exposed (ChatAccount *account)
{
  return chat_account_is_exposed (account);
}

static gboolean
has_lost_password (ChatAccount *account)
{
  g_autofree char *sentence = ui_account_keyring_sentence (account);

  return sentence != NULL;
}

/* What nobody has chosen: something is wrong. FALSE: nothing is. */
static gboolean
say_what_is_wrong (UiBanner *self)
{
  const GError *trouble = store_get_trouble (chat_core_get_store (self->core));
  ChatAccount *account = ui_account_watch_get_troubled (self->watch);

  if (trouble != NULL) {
    g_autofree char *sentence = ui_error_store_trouble (trouble);

    say (self, sentence, NULL, NULL, NULL);
  } else if (account != NULL) {
    self->troubled = TRUE;
    say_trouble (self, account);
  } else if (self->troubled && (account = first_account_with (self, is_connecting)) != NULL) {
    g_autofree char *named = name_account (self, account, ui_step_sentence (chat_account_get_step (account)));

    say (self, named, NULL, NULL, NULL);
  } else if ((account = first_account_with (self, is_exposed)) != NULL) {
    g_autofree char *sentence = ui_account_exposure_sentence (account);
    g_autofree char *named = name_account (self, account, sentence);

    self->troubled = FALSE;
    say (self, named, _("Account settings…"), "app.show-account",
         g_variant_new_string (xmpp_jid_get_text (chat_account_get_jid (account))));
  } else {
    self->troubled = FALSE;
    return FALSE;
  }
  return TRUE;
}

/* A first attempt is not worth a strip; one that follows a failure takes the failure's place, so nothing jumps. */
static void
changed_cb (UiBanner *self)
{
  ChatAccount *forgetful = first_account_with (self, has_lost_password);

  self->dismissed = self->dismissed && forgetful != NULL;
  if (say_what_is_wrong (self))
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (self->core))) == 0) {
    gtk_revealer_set_reveal_child (self->revealer, FALSE);
  } else if (!ui_account_watch_get_enabled (self->watch)) {
    say (self, _("Your accounts are switched off."), _("Accounts"), "app.show-accounts", NULL);
  } else if (ui_account_watch_get_show (self->watch) == XMPP_SHOW_OFFLINE) {
    say (self, _("You are offline."), _("Go online"), "app.set-presence", g_variant_new_string ("available"));
  } else if (!self->dismissed && forgetful != NULL) {
    g_autofree char *sentence = ui_account_keyring_sentence (forgetful);

    say (self, sentence, _("Dismiss"), "banner.dismiss", NULL);
  } else {
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
  changed_cb (self);
}

static void
ui_banner_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  UiBanner *self = UI_BANNER (object);

  switch (prop_id) {
  case PROP_NARROW:
    gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box), g_value_get_boolean (value)
                                                                    ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
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

  G_OBJECT_CLASS (klass)->set_property = ui_banner_set_property;
  G_OBJECT_CLASS (klass)->dispose = ui_banner_dispose;

  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_install_action (widget_class, "banner.dismiss", NULL, dismiss_cb);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, UiBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, UiBanner, box);
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
 * @core: whose accounts it speaks of, and whose store
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
  g_signal_connect_object (chat_core_get_store (core), "notify::trouble", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}
