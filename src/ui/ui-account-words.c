/* What an account is doing, or why it cannot, as a sentence, and the one step that may help. */
#include "ui-account-words.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account-settings.h"
#include "chat-core.h"
#include "ui-errors.h"
#include "ui-show.h"
#include "ui-time.h"

/* An attempt that is no further away than this comes before one has read when. */
#define SOON (G_TIME_SPAN_MINUTE)

/* Where an account is stuck, what is wrong with it is wrong in its settings. */
static gboolean
is_in_settings (const GError *error)
{
  return g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_INVALID_AUTHZID)
         || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_UNKNOWN)
         || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_GONE)
         || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
}

/* The time of day at which it tries again, NULL: soon, or never. */
static char *
next_attempt (ChatAccount *account)
{
  ChatCore *core = chat_account_get_core (account);
  BaseClock *clock = core != NULL ? chat_core_get_clock (core) : NULL;
  gint64 next = chat_account_get_next_attempt (account);
  gint64 wait = clock != NULL && next != 0 ? next - base_clock_monotonic (clock) : 0;

  return wait > SOON ? ui_time_clock (base_clock_real (clock) + wait) : NULL;
}

/**
 * ui_account_wants_password:
 * @account: an account
 *
 * Returns: whether it rests until its password is typed
 */
gboolean
ui_account_wants_password (ChatAccount *account)
{
  return chat_account_get_state (account) == CHAT_ACCOUNT_STUCK
         && (ui_error_wants_password (chat_account_get_error (account)) || chat_account_is_stuck_by_secrets (account));
}

/**
 * ui_account_reason:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): why it is not online, translated; %NULL when nothing went wrong
 */
char *
ui_account_reason (ChatAccount *account)
{
  const GError *error = chat_account_get_error (account);
  g_autoptr (XmppLogin) settings = chat_account_dup_settings (account);
  g_autofree char *again = next_attempt (account);
  const UiErrorAbout about = {
    .account = chat_account_get_jid (account),
    .server = settings->host,
    .pin = chat_account_get_pin (account),
    .retried = chat_account_get_state (account) == CHAT_ACCOUNT_WAITING,
    .again = again,
  };

  return error != NULL ? ui_error_sentence_about (error, &about) : NULL;
}

/**
 * ui_account_keyring_sentence:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): why the keyring does not keep or forget its password, and what follows,
 *   translated; %NULL when it does, or when that is why the account is not online, which ui_account_reason() says
 */
char *
ui_account_keyring_sentence (ChatAccount *account)
{
  const GError *error = chat_account_get_secret_error (account);

  if (error == NULL || chat_account_is_stuck_by_secrets (account))
    return NULL;
  return ui_error_keyring (error, chat_account_get_asks_password (account) ? UI_KEYRING_FORGET : UI_KEYRING_KEEP,
                           chat_account_get_jid (account));
}

/**
 * ui_account_exposure_sentence:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): what it means that it is online with less protection than before, translated;
 *   %NULL when it is not
 */
char *
ui_account_exposure_sentence (ChatAccount *account)
{
  g_autofree char *domain = base_text_isolate (xmpp_jid_get_domain (chat_account_get_jid (account)));

  if (!chat_account_is_exposed (account))
    return NULL;
  /* Translators: the server's name. */
  return g_strdup_printf (_("The connection to %s is less protected than before: your sign-in is no longer tied to it, "
                            "so someone could be listening in. Ask whoever runs the server whether that was changed "
                            "on purpose."),
                          domain);
}

/**
 * ui_account_sentence:
 * @account: an account
 *
 * Its state in words: how others see it while online, else what it is doing or why it cannot.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_account_sentence (ChatAccount *account)
{
  g_autofree char *reason = ui_account_reason (account);

  if (!chat_account_get_enabled (account))
    return g_strdup (_("Switched off"));
  switch (chat_account_get_state (account)) {
  case CHAT_ACCOUNT_ONLINE:
    return g_strdup (ui_show_name (chat_account_get_show (account)));
  case CHAT_ACCOUNT_CONNECTING:
    return g_strdup (ui_step_sentence (chat_account_get_step (account)));
  case CHAT_ACCOUNT_WAITING:
  case CHAT_ACCOUNT_STUCK:
    return reason != NULL ? g_steal_pointer (&reason) : g_strdup (_("Not connected."));
  case CHAT_ACCOUNT_OFFLINE:
  default:
    return g_strdup (ui_show_name (XMPP_SHOW_OFFLINE));
  }
}

/**
 * ui_account_among:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): which account it is, "Account romeo@montague.example"; %NULL where there is no
 *   other one, and it goes without saying
 */
char *
ui_account_among (ChatAccount *account)
{
  ChatCore *core = chat_account_get_core (account);
  const char *address = xmpp_jid_get_text (chat_account_get_jid (account));
  const char *name = chat_account_get_name (account);

  if (core == NULL || g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (core))) < 2)
    return NULL;
  if (name != NULL)
    /* Translators: the user's own word for an account, and its address. */
    return g_strdup_printf (_("Account %s, %s"), name, address);
  return g_strdup_printf (_("Account %s"), address);
}

/**
 * ui_step_sentence:
 * @step: a step on the way online
 *
 * Returns: (transfer none): what is being done, translated
 */
const char *
ui_step_sentence (XmppStep step)
{
  switch (step) {
  case XMPP_STEP_CONNECT:
    return _("Finding the server…");
  case XMPP_STEP_OPEN:
    return _("Greeting the server…");
  case XMPP_STEP_SECURE:
    return _("Encrypting the connection…");
  case XMPP_STEP_AUTHENTICATE:
    return _("Checking the password…");
  case XMPP_STEP_BIND:
    return _("Announcing this device…");
  case XMPP_STEP_NONE:
  default:
    return _("Connecting…");
  }
}

/**
 * ui_account_remedy:
 * @account: an account
 *
 * Returns: the one step that may mend its trouble; %UI_REMEDY_NONE when it has none
 */
UiRemedy
ui_account_remedy (ChatAccount *account)
{
  const GError *error = chat_account_get_error (account);
  ChatAccountState state = chat_account_get_state (account);

  if (state != CHAT_ACCOUNT_WAITING && state != CHAT_ACCOUNT_STUCK)
    return UI_REMEDY_NONE;
  if (g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT))
    return UI_REMEDY_RETURN;
  if (state == CHAT_ACCOUNT_WAITING)
    return UI_REMEDY_TRY;
  if (ui_account_wants_password (account))
    return UI_REMEDY_PASSWORD;
  if (g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE))
    return UI_REMEDY_CERTIFICATE;
  return is_in_settings (error) ? UI_REMEDY_SETTINGS : UI_REMEDY_TRY;
}

/**
 * ui_remedy_label:
 * @remedy: a step
 *
 * Returns: (transfer none) (nullable): what its button says, translated; %NULL for NONE
 */
const char *
ui_remedy_label (UiRemedy remedy)
{
  switch (remedy) {
  case UI_REMEDY_TRY:
    return _("Try now");
  case UI_REMEDY_PASSWORD:
    return _("Enter password…");
  case UI_REMEDY_CERTIFICATE:
    return _("Show certificate…");
  case UI_REMEDY_SETTINGS:
    return _("Account settings…");
  case UI_REMEDY_RETURN:
    return _("Use here");
  case UI_REMEDY_NONE:
  default:
    return NULL;
  }
}

/**
 * ui_remedy_action:
 * @remedy: a step
 *
 * Returns: (transfer none) (nullable): the action that takes it, whose target is the account's address; %NULL for NONE
 */
const char *
ui_remedy_action (UiRemedy remedy)
{
  switch (remedy) {
  case UI_REMEDY_TRY:
  case UI_REMEDY_RETURN:
    return "app.try-account";
  case UI_REMEDY_PASSWORD:
    return "app.enter-password";
  case UI_REMEDY_CERTIFICATE:
    return "app.show-certificate";
  case UI_REMEDY_SETTINGS:
    return "app.show-account";
  case UI_REMEDY_NONE:
  default:
    return NULL;
  }
}
