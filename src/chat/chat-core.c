/* The one root object: owns the store, the accounts, the conversations, the roster and the requests. How it begins and
 * ends is in chat-core-load.c, how an account is removed in chat-core-remove.c, what it is told of the computer and who
 * sits there in chat-core-sense.c. */
#include "chat-core-private.h"

#include "chat-account-private.h"
#include "chat-accounts-private.h"

enum {
  PROP_0,
  PROP_ACCOUNTS,
  PROP_CONVERSATIONS,
  PROP_ROSTER,
  PROP_REQUESTS,
  PROP_SHOW,
  PROP_STATUS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatCore, chat_core, G_TYPE_OBJECT)

static void
chat_core_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatCore *self = CHAT_CORE (object);

  switch (id) {
  case PROP_ACCOUNTS:
    g_value_set_object (value, self->accounts);
    break;
  case PROP_CONVERSATIONS:
    g_value_set_object (value, self->conversations);
    break;
  case PROP_ROSTER:
    g_value_set_object (value, self->roster);
    break;
  case PROP_REQUESTS:
    g_value_set_object (value, self->requests);
    break;
  case PROP_SHOW:
    g_value_set_int (value, self->show);
    break;
  case PROP_STATUS:
    g_value_set_string (value, self->status);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_core_dispose (GObject *object)
{
  ChatCore *self = CHAT_CORE (object);

  chat_core_stop_resting (self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_account_shut (account);
  }
  G_OBJECT_CLASS (chat_core_parent_class)->dispose (object);
}

static void
chat_core_finalize (GObject *object)
{
  ChatCore *self = CHAT_CORE (object);

  g_clear_object (&self->requests);
  g_clear_object (&self->roster);
  g_clear_object (&self->conversations);
  g_clear_object (&self->accounts);
  g_clear_object (&self->setup.store);
  g_clear_object (&self->setup.secrets);
  g_clear_object (&self->setup.trust);
  g_clear_pointer (&self->setup.clock, base_clock_unref);
  g_free (self->status);
  G_OBJECT_CLASS (chat_core_parent_class)->finalize (object);
}

static void
chat_core_class_init (ChatCoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_core_get_property;
  object_class->dispose = chat_core_dispose;
  object_class->finalize = chat_core_finalize;

  props[PROP_ACCOUNTS] = g_param_spec_object ("accounts", NULL, NULL, CHAT_TYPE_ACCOUNTS, flags);
  props[PROP_CONVERSATIONS] = g_param_spec_object ("conversations", NULL, NULL, CHAT_TYPE_CONVERSATIONS, flags);
  props[PROP_ROSTER] = g_param_spec_object ("roster", NULL, NULL, CHAT_TYPE_ROSTER, flags);
  props[PROP_REQUESTS] = g_param_spec_object ("requests", NULL, NULL, CHAT_TYPE_REQUESTS, flags);
  props[PROP_SHOW] =
      g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_AVAILABLE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_core_init (ChatCore *self)
{
  self->accounts = chat_accounts_new ();
  self->conversations = chat_conversations_new ();
  self->roster = chat_roster_new ();
  self->requests = chat_requests_new ();
  self->show = XMPP_SHOW_AVAILABLE;
  g_queue_init (&self->closers);
}

/* It has signed in once. What was chosen for all accounts meanwhile holds for it too. */
static void
account_stored_cb (ChatCore *self, GParamSpec *pspec, ChatAccount *account)
{
  chat_core_introduce (self, account);
  chat_accounts_add (self->accounts, account);
  if (!chat_account_is_following (account, self->show, self->status))
    chat_account_follow_presence (account, self->show, self->status, TRUE);
}

/**
 * chat_core_new:
 * @setup: what the core works with; its objects are referenced, its lists must outlive the core
 *
 * Returns: (transfer full): a core that has loaded nothing yet
 */
ChatCore *
chat_core_new (const ChatCoreSetup *setup)
{
  ChatCore *self = g_object_new (CHAT_TYPE_CORE, NULL);

  self->setup = *setup;
  g_object_ref (self->setup.store);
  g_object_ref (self->setup.secrets);
  base_clock_ref (self->setup.clock);
  if (self->setup.trust != NULL)
    g_object_ref (self->setup.trust);
  return self;
}

/**
 * chat_core_prepare_account:
 * @self: a core
 * @login: how to sign in; its password is not used
 * @error: return location for an error
 *
 * Makes an account that is in no list and in no store until it has signed in once. What the user decides about it
 * until then is stored with it, also a certificate that @login says is trusted.
 *
 * Returns: (transfer full) (nullable): the account, or %NULL with %G_IO_ERROR_EXISTS set
 */
ChatAccount *
chat_core_prepare_account (ChatCore *self, const XmppLogin *login, GError **error)
{
  StoreAccountRow row = { .enabled = TRUE, .own_show = -1 };
  ChatAccount *account;

  g_return_val_if_fail (CHAT_IS_CORE (self), NULL);

  if (chat_accounts_find (self->accounts, login->jid) != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "There is an account %s already",
                 xmpp_jid_get_text (xmpp_jid_get_bare (login->jid)));
    return NULL;
  }

  row.jid = (char *) xmpp_jid_get_text (xmpp_jid_get_bare (login->jid));
  row.resource = login->resource;
  row.host = login->host;
  row.port = login->port;
  row.security = login->security;
  row.pin = login->pin;
  row.pin_errors = login->pin_errors;
  row.position = chat_accounts_next_position (self->accounts);
  row.colour = chat_accounts_next_colour (self->accounts);
  account = chat_account_new (self, &self->setup, &row, NULL);
  if (account == NULL)
    return NULL;

  g_signal_connect_object (account, "notify::id", G_CALLBACK (account_stored_cb), self, G_CONNECT_SWAPPED);
  chat_core_introduce (self, account);
  chat_account_follow_presence (account, self->show, self->status, FALSE);
  return account;
}

/**
 * chat_core_set_presence:
 * @self: a core
 * @show: how to be seen; %XMPP_SHOW_OFFLINE says goodbye
 * @status: (nullable): with which words
 *
 * Sets the presence of all accounts that are enabled. A presence that one of them had for itself does not count any
 * more.
 */
void
chat_core_set_presence (ChatCore *self, XmppShow show, const char *status)
{
  g_return_if_fail (CHAT_IS_CORE (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->show != show) {
    self->show = show;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW]);
  }
  if (g_strcmp0 (self->status, status) != 0) {
    g_free (self->status);
    self->status = g_strdup (status);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
  }
  g_object_thaw_notify (G_OBJECT (self));
  chat_core_spread_presence (self, TRUE);
}

/**
 * chat_core_get_show:
 * @self: a core
 *
 * Returns: how the user wants to be seen
 */
XmppShow
chat_core_get_show (ChatCore *self)
{
  g_return_val_if_fail (CHAT_IS_CORE (self), XMPP_SHOW_OFFLINE);

  return self->show;
}

/**
 * chat_core_get_status:
 * @self: a core
 *
 * Returns: (nullable): with which words
 */
const char *
chat_core_get_status (ChatCore *self)
{
  g_return_val_if_fail (CHAT_IS_CORE (self), NULL);

  return self->status;
}

/**
 * chat_core_try_now:
 * @self: a core
 *
 * Lets every account that waits try again at once.
 */
void
chat_core_try_now (ChatCore *self)
{
  g_return_if_fail (CHAT_IS_CORE (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (chat_account_get_state (account) == CHAT_ACCOUNT_WAITING)
      chat_account_try_now (account);
  }
}

/**
 * chat_core_get_accounts:
 * @self: a core
 *
 * Returns: (transfer none): the accounts that have signed in at least once
 */
ChatAccounts *
chat_core_get_accounts (ChatCore *self)
{
  return self->accounts;
}

/**
 * chat_core_get_conversations:
 * @self: a core
 *
 * Returns: (transfer none): the conversations of all accounts
 */
ChatConversations *
chat_core_get_conversations (ChatCore *self)
{
  return self->conversations;
}

/**
 * chat_core_get_roster:
 * @self: a core
 *
 * Returns: (transfer none): the contacts of all accounts
 */
ChatRoster *
chat_core_get_roster (ChatCore *self)
{
  return self->roster;
}

/**
 * chat_core_get_requests:
 * @self: a core
 *
 * Returns: (transfer none): who asks to see us, over all accounts
 */
ChatRequests *
chat_core_get_requests (ChatCore *self)
{
  return self->requests;
}

/**
 * chat_core_get_store:
 * @self: a core
 *
 * Returns: (transfer none): what everything is kept in
 */
Store *
chat_core_get_store (ChatCore *self)
{
  return self->setup.store;
}

/**
 * chat_core_get_clock:
 * @self: a core
 *
 * Returns: (transfer none): the time
 */
BaseClock *
chat_core_get_clock (ChatCore *self)
{
  return self->setup.clock;
}
