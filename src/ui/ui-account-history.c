/* What an account's archive still has for us, and whose messages it keeps: a group of an account's page.
 *
 *             online, with an archive         answered           chosen
 *   unasked ─────────────────────────► asking ─────────► known ───────────► changing
 *      ▲                                  │                ▲                    │
 *      └─ from everywhere: offline        └─► refused      └────────────────────┘ answered; or as it was, and why
 *
 * What was chosen when the link was lost is chosen again as soon as it is known what the server keeps.
 */
#include "ui-account-history.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-errors.h"
#include "ui-time.h"
#include "xep-0441-mam-prefs.h"
#include "xmpp-error.h"

typedef enum {
  UNASKED,
  ASKING,
  KNOWN,
  CHANGING,
  REFUSED,   /* it has no preferences */
} Phase;

struct _UiAccountHistory {
  AdwPreferencesGroup  parent_instance;

  ChatAccount         *account;       /* (owned, nullable) */
  GCancellable        *cancellable;   /* (owned, nullable) while the server is asked */
  Phase                phase;
  XmppMamKeep          known;         /* what the server has said last */
  XmppMamKeep          keep;          /* … or is to say */
  gboolean             wished;        /* … as was chosen, and not answered when the link was lost */
  gboolean             showing;       /* what is known: nothing was chosen */

  GtkWidget           *state_row;
  GtkLabel            *sentence;
  AdwComboRow         *keep_row;
  GtkWidget           *problem_row;
  GtkLabel            *problem;
};

G_DEFINE_FINAL_TYPE (UiAccountHistory, ui_account_history, ADW_TYPE_PREFERENCES_GROUP)

static gboolean
is_online (UiAccountHistory *self)
{
  return chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE;
}

/* --- how far it has come --- */

static char *
reading_sentence (ChatHistory *history)
{
  guint n = chat_history_get_n_read (history);
  gint64 back_to = chat_history_get_read_back_to (history);
  g_autofree char *day = back_to != 0 ? ui_time_date (back_to) : NULL;

  if (n == 0)
    return g_strdup (_("Loading…"));
  if (day == NULL)
    return g_strdup_printf (ngettext ("Loading, %'u message so far", "Loading, %'u messages so far", n), n);
  /* Translators: how many messages were read from the archive, newest first, and the day of the oldest of them. */
  return g_strdup_printf (
      ngettext ("Loading, %'u message so far, back to %s", "Loading, %'u messages so far, back to %s", n), n, day);
}

static char *
history_sentence (UiAccountHistory *self)
{
  ChatHistory *history = chat_account_get_history (self->account);
  gboolean lacks = chat_history_has_gap_between (history, 0, G_MAXINT64);

  switch (chat_history_get_state (history)) {
  case CHAT_HISTORY_READING:
    return reading_sentence (history);
  case CHAT_HISTORY_WAITING:
    return g_strdup (_("Waiting for the server"));
  case CHAT_HISTORY_ABSENT:
    return g_strdup (_("The server keeps no archive"));
  case CHAT_HISTORY_IDLE:
  default:
    if (is_online (self))
      return g_strdup (_("Up to date"));
    return g_strdup (lacks ? _("Messages are missing. They are loaded once the account is online.")
                           : _("Brought up to date once the account is online"));
  }
}

static void
history_notify_cb (UiAccountHistory *self)
{
  g_autofree char *sentence = history_sentence (self);

  gtk_label_set_label (self->sentence, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state_row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

/* --- whose messages are kept --- */

static gboolean
has_archive (UiAccountHistory *self)
{
  return chat_history_get_state (chat_account_get_history (self->account)) != CHAT_HISTORY_ABSENT;
}

/* Why nothing can be chosen, NULL: it can. */
static const char *
obstacle (UiAccountHistory *self)
{
  if (!is_online (self))
    return _("Possible while the account is online");
  switch (self->phase) {
  case UNASKED:
  case ASKING:
    return _("Asking the server…");
  case REFUSED:
    return _("The server does not let you choose");
  case KNOWN:
  case CHANGING:
  default:
    return NULL;
  }
}

static void
show_keep (UiAccountHistory *self)
{
  const char *reason = obstacle (self);

  self->showing = TRUE;
  adw_combo_row_set_selected (self->keep_row, reason == NULL ? (guint) self->keep : GTK_INVALID_LIST_POSITION);
  self->showing = FALSE;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->keep_row), reason);
  gtk_widget_set_sensitive (GTK_WIDGET (self->keep_row), reason == NULL);
  /* Where there is no archive, the row above says so. */
  gtk_widget_set_visible (GTK_WIDGET (self->keep_row), has_archive (self));
}

static void
show_problem (UiAccountHistory *self,
              const GError     *error)   /* (nullable) */
{
  g_autofree char *why = error != NULL ? ui_error_sentence (error, chat_account_get_jid (self->account)) : NULL;
  g_autofree char *sentence =
      why != NULL ? g_strjoin (" ", _("The server keeps messages as before."), why, NULL) : g_strdup ("");

  gtk_label_set_label (self->problem, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->problem_row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
  gtk_widget_set_visible (self->problem_row, error != NULL);
}

static void
stop_asking (UiAccountHistory *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* Whether nobody has answered, since the link is gone. */
static gboolean
is_lost (const GError *error)   /* (nullable) */
{
  return error != NULL && error->domain != XMPP_STANZA_ERROR
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
prefs_set_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (UiAccountHistory) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = xmpp_mam_prefs_set_finish (XMPP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  self->phase = KNOWN;
  self->wished = is_lost (error);
  if (self->wished)
    return;
  if (done)
    self->known = self->keep;
  self->keep = self->known;
  show_problem (self, error);
  show_keep (self);
}

static void
send_choice (UiAccountHistory *self)
{
  self->cancellable = g_cancellable_new ();
  self->phase = CHANGING;
  xmpp_mam_prefs_set_async (chat_account_get_session (self->account), self->keep, self->cancellable, prefs_set_cb,
                            g_object_ref (self));
}

/* The last choice holds, whatever becomes of the one before. */
static void
keep_notify_selected_cb (UiAccountHistory *self)
{
  guint selected = adw_combo_row_get_selected (self->keep_row);

  if (self->showing || self->account == NULL || obstacle (self) != NULL || selected == (guint) self->keep)
    return;
  stop_asking (self);
  self->wished = FALSE;
  self->keep = (XmppMamKeep) selected;
  show_problem (self, NULL);
  send_choice (self);
}

static void
prefs_got_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (UiAccountHistory) self = user_data;
  g_autoptr (GError) error = NULL;
  XmppMamKeep keep = XMPP_MAM_KEEP_ALWAYS;
  gboolean known = xmpp_mam_prefs_get_finish (XMPP_SESSION (source), result, &keep, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  self->phase = known ? KNOWN : REFUSED;
  if (known) {
    self->known = keep;
    if (self->wished && self->keep != keep)
      send_choice (self);
    else
      self->keep = keep;
    self->wished = FALSE;
  }
  show_keep (self);
}

static void
notify_state_cb (UiAccountHistory *self)
{
  gboolean possible = is_online (self) && has_archive (self);

  if (possible && self->phase == UNASKED) {
    self->phase = ASKING;
    self->cancellable = g_cancellable_new ();
    xmpp_mam_prefs_get_async (chat_account_get_session (self->account), self->cancellable, prefs_got_cb,
                              g_object_ref (self));
  } else if (!possible) {
    stop_asking (self);
    self->wished = self->wished || self->phase == CHANGING;
    self->phase = UNASKED;
    show_problem (self, NULL);
  }
  show_keep (self);
  history_notify_cb (self);
}

/* --- life cycle --- */

static void
ui_account_history_dispose (GObject *object)
{
  UiAccountHistory *self = UI_ACCOUNT_HISTORY (object);

  stop_asking (self);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ui_account_history_parent_class)->dispose (object);
}

static void
ui_account_history_class_init (UiAccountHistoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_account_history_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-account-history.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountHistory, state_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountHistory, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiAccountHistory, keep_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountHistory, problem_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountHistory, problem);
  gtk_widget_class_bind_template_callback (widget_class, keep_notify_selected_cb);
}

static void
ui_account_history_init (UiAccountHistory *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_account_history_set_account:
 * @self: a group that was not given an account before
 * @account: whose archive it is about
 *
 * Follows the archive, and asks the server whenever @account has come online whose messages it keeps (XEP-0441).
 */
void
ui_account_history_set_account (UiAccountHistory *self,
                                ChatAccount      *account)
{
  g_return_if_fail (UI_IS_ACCOUNT_HISTORY (self));
  g_return_if_fail (self->account == NULL);

  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (notify_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_account_get_history (account), "notify::state", G_CALLBACK (notify_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_account_get_history (account), "notify", G_CALLBACK (history_notify_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_account_get_history (account), "gaps-changed", G_CALLBACK (history_notify_cb), self,
                           G_CONNECT_SWAPPED);
  notify_state_cb (self);
}
