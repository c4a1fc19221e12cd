/* One account: what it is made of and what can be asked of it.
 *
 * The account holds the pieces together: the link makes the session be online, the parts look after everything that
 * lives as long as the account. It knows nobody who is above it: who wants to know what happens here listens. How it
 * comes to be online is in chat-account-online.c, what the user decides about it in chat-account-settings.c and
 * chat-account-password.c, who lives in it in chat-account-parts.c. */
#include "chat-account-private.h"

#include "chat-account-settings.h"

enum {
  PROP_0,
  PROP_ID,
  PROP_JID,
  PROP_STATE,
  PROP_STEP,
  PROP_ERROR,
  PROP_NEXT_ATTEMPT,
  PROP_SHOW,
  PROP_STATUS,
  PROP_SECRET_ERROR,
  PROP_CONNECTION,
  PROP_NAME,
  PROP_LABEL,
  PROP_COLOUR,
  PROP_ENABLED,
  PROP_PRIORITY,
  PROP_ASKS_PASSWORD,
  PROP_PIN,
  N_PROPS,
};

enum {
  TYPED,
  WRITTEN,
  RETRIED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatAccount, chat_account, G_TYPE_OBJECT)

static void
chat_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatAccount *self = CHAT_ACCOUNT (object);

  switch (id) {
  case PROP_ID:
    g_value_set_int64 (value, chat_account_get_id (self));
    break;
  case PROP_JID:
    g_value_set_boxed (value, self->jid);
    break;
  case PROP_STATE:
  case PROP_STEP:
  case PROP_ERROR:
  case PROP_NEXT_ATTEMPT:
  case PROP_SHOW:
  case PROP_STATUS:
  case PROP_SECRET_ERROR:
  case PROP_CONNECTION:
    g_object_get_property (G_OBJECT (self->link), pspec->name, value);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->row->name);
    break;
  case PROP_LABEL:
    g_value_set_string (value, chat_account_get_label (self));
    break;
  case PROP_COLOUR:
    g_value_set_uint (value, self->row->colour);
    break;
  case PROP_ENABLED:
    g_value_set_boolean (value, self->row->enabled);
    break;
  case PROP_PRIORITY:
    g_value_set_int (value, self->row->priority);
    break;
  case PROP_ASKS_PASSWORD:
    g_value_set_boolean (value, self->row->ask_password);
    break;
  case PROP_PIN:
    g_value_set_string (value, self->row->pin);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
core_gone_cb (gpointer data, GObject *core)
{
  ChatAccount *self = data;

  self->core = NULL;
  chat_account_shut (self);
}

static void
chat_account_dispose (GObject *object)
{
  ChatAccount *self = CHAT_ACCOUNT (object);

  if (self->states != NULL)
    chat_account_shut (self);
  G_OBJECT_CLASS (chat_account_parent_class)->dispose (object);
}

static void
chat_account_finalize (GObject *object)
{
  ChatAccount *self = CHAT_ACCOUNT (object);

  if (self->core != NULL)
    g_object_weak_unref (G_OBJECT (self->core), core_gone_cb, self);
  g_clear_pointer (&self->contacts, g_hash_table_unref);
  g_clear_pointer (&self->row, store_account_row_free);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_object (&self->link);
  g_clear_object (&self->history);
  g_clear_object (&self->session);
  g_clear_object (&self->store);
  g_clear_object (&self->cancellable);
  g_free (self->common_status);
  G_OBJECT_CLASS (chat_account_parent_class)->finalize (object);
}

static void
chat_account_class_init (ChatAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_account_get_property;
  object_class->dispose = chat_account_dispose;
  object_class->finalize = chat_account_finalize;

  props[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, flags);
  props[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_STUCK, CHAT_ACCOUNT_OFFLINE, flags);
  props[PROP_STEP] = g_param_spec_int ("step", NULL, NULL, XMPP_STEP_NONE, XMPP_STEP_BIND, XMPP_STEP_NONE, flags);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_NEXT_ATTEMPT] = g_param_spec_int64 ("next-attempt", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_SHOW] =
      g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_OFFLINE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  props[PROP_SECRET_ERROR] = g_param_spec_boxed ("secret-error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_CONNECTION] = g_param_spec_boxed ("connection", NULL, NULL, XMPP_TYPE_CONNECTION, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  props[PROP_COLOUR] = g_param_spec_uint ("colour", NULL, NULL, 0, CHAT_ACCOUNT_N_COLOURS - 1, 0, flags);
  props[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, TRUE, flags);
  props[PROP_PRIORITY] = g_param_spec_int ("priority", NULL, NULL, -128, 127, 0, flags);
  props[PROP_ASKS_PASSWORD] = g_param_spec_boolean ("asks-password", NULL, NULL, FALSE, flags);
  props[PROP_PIN] = g_param_spec_string ("pin", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * ChatAccount::typed:
   * @conversation: a #ChatConversation of the account
   * @typed: a #ChatTyped
   *
   * The user typed in a conversation, or sent what was typed.
   */
  signals[TYPED] = g_signal_new ("typed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_INT);
  /**
   * ChatAccount::written:
   * @conversation: a #ChatConversation of the account
   * @row: a #StoreMessageRow that is PENDING; to be copied
   *
   * The user said something; it is on the screen, to be stored and sent.
   */
  signals[WRITTEN] = g_signal_new ("written", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_POINTER);
  /**
   * ChatAccount::retried:
   * @conversation: a #ChatConversation of the account
   * @id: messages.id of a line in it that has failed
   *
   * The user wants a line to be sent again.
   */
  signals[RETRIED] = g_signal_new ("retried", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, CHAT_TYPE_CONVERSATION, G_TYPE_INT64);
}

static void
chat_account_init (ChatAccount *self)
{
  self->cancellable = g_cancellable_new ();
  self->history = chat_history_new ();
  self->contacts = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, NULL, g_object_unref);
}

/* Making */

StoreAccountRow *
chat_account_copy_row (const StoreAccountRow *row)
{
  StoreAccountRow *copy = g_memdup2 (row, sizeof *row);

  copy->jid = g_strdup (row->jid);
  copy->resource = g_strdup (row->resource);
  copy->host = g_strdup (row->host);
  copy->mechanism = g_strdup (row->mechanism);
  copy->bound_resource = g_strdup (row->bound_resource);
  copy->roster_version = g_strdup (row->roster_version);
  copy->name = g_strdup (row->name);
  copy->pin = g_strdup (row->pin);
  copy->own_status = g_strdup (row->own_status);
  return copy;
}

/* What an earlier or a later version has written may be nothing that this one knows. */
static void
tidy_row (StoreAccountRow *row)
{
  row->colour %= CHAT_ACCOUNT_N_COLOURS;
  row->priority = CLAMP (row->priority, -128, 127);
  if (row->own_show > XMPP_SHOW_CHAT)
    row->own_show = -1;
}

static XmppLogin *
login_of (const StoreAccountRow *row, XmppJid *jid, GTlsDatabase *trust)
{
  XmppLogin *login = xmpp_login_new (jid, NULL);

  login->resource = g_strdup (row->resource);
  login->host = g_strdup (row->host);
  login->port = row->port;
  login->security = row->security;
  login->scram_seen = row->scram_seen;
  login->bound_seen = row->bound_seen;
  login->pin = g_strdup (row->pin);
  login->pin_errors = row->pin_errors;
  g_set_object (&login->trust, trust);
  return login;
}

/**
 * chat_account_new:
 * @core: what it belongs to; not owned
 * @setup: what it works with; its objects are referenced, its lists must outlive the account
 * @row: its settings; copied. With id 0 it is stored when it has signed in once
 * @roster: (nullable) (element-type StoreRosterRow): the roster as it was when the program last ran
 *
 * Returns: (transfer full) (nullable): an account that is offline; %NULL when its address is none
 */
ChatAccount *
chat_account_new (ChatCore *core, const ChatCoreSetup *setup, const StoreAccountRow *row, GPtrArray *roster)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (row->jid, NULL);
  g_autoptr (XmppLogin) login = NULL;
  ChatAccount *self;

  if (jid == NULL)
    return NULL;

  self = g_object_new (CHAT_TYPE_ACCOUNT, NULL);
  self->core = core;
  g_object_weak_ref (G_OBJECT (core), core_gone_cb, self);
  self->store = g_object_ref (setup->store);
  self->jid = xmpp_jid_ref (xmpp_jid_get_bare (jid));
  self->row = chat_account_copy_row (row);
  tidy_row (self->row);
  self->parts = setup->parts;
  self->session = xmpp_session_new (setup->features, setup->connectors, setup->clock);
  login = login_of (row, self->jid, setup->trust);
  self->link = chat_link_new (self->session, setup->secrets, setup->clock, login, row->bound_resource, row->id != 0,
                              row->ask_password);
  chat_link_set_priority (self->link, self->row->priority);

  chat_account_follow_link (self);
  chat_account_attach_parts (self, roster);
  return self;
}

/**
 * chat_account_orphan:
 * @self: an account
 *
 * Lets go of the core, and ends everything at once. What somebody still holds of the account does no harm after it.
 */
void
chat_account_orphan (ChatAccount *self)
{
  if (self->core != NULL)
    g_object_weak_unref (G_OBJECT (self->core), core_gone_cb, self);
  self->core = NULL;
  chat_account_shut (self);
}

/**
 * chat_account_get_jid:
 * @self: an account
 *
 * Returns: (transfer none): its bare address
 */
XmppJid *
chat_account_get_jid (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return self->jid;
}

/**
 * chat_account_dup_settings:
 * @self: an account
 *
 * Returns: (transfer full): how it signs in, without the password
 */
XmppLogin *
chat_account_dup_settings (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return login_of (self->row, self->jid, chat_link_get_login (self->link)->trust);
}

/**
 * chat_account_get_history:
 * @self: an account
 *
 * Returns: (transfer none): what its archive still has for us
 */
ChatHistory *
chat_account_get_history (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return self->history;
}

/**
 * chat_account_get_session:
 * @self: an account
 *
 * Returns: (transfer none): its session with the server
 */
XmppSession *
chat_account_get_session (ChatAccount *self)
{
  return self->session;
}

/**
 * chat_account_get_core:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): what it belongs to, unless that is going away
 */
ChatCore *
chat_account_get_core (ChatAccount *self)
{
  return self->core;
}

/**
 * chat_account_get_store:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): what everything is kept in; %NULL once the core or the account is going away,
 *   when nothing new may be begun with it
 */
Store *
chat_account_get_store (ChatAccount *self)
{
  return self->core != NULL && !self->is_sealed ? self->store : NULL;
}

/**
 * chat_account_get_id:
 * @self: an account
 *
 * Returns: its key in the store, 0 before it has signed in once
 */
gint64
chat_account_get_id (ChatAccount *self)
{
  return self->row->id;
}

/**
 * chat_account_get_cancellable:
 * @self: an account
 *
 * Returns: (transfer none): what everything hangs on that the account has started
 */
GCancellable *
chat_account_get_cancellable (ChatAccount *self)
{
  return self->cancellable;
}

/**
 * chat_account_is_gone:
 *
 * Returns: whether it was removed, or is being, or the core is going away: what the user wishes of it has no effect
 */
gboolean
chat_account_is_gone (ChatAccount *self)
{
  return self->states == NULL || self->is_leaving;
}

/**
 * chat_account_emit_typed:
 * @conversation: one of its conversations
 * @typed: what the user did
 *
 * Tells the parts what happens in the composer.
 */
void
chat_account_emit_typed (ChatAccount *self, ChatConversation *conversation, ChatTyped typed)
{
  g_signal_emit (self, signals[TYPED], 0, conversation, (int) typed);
}

/**
 * chat_account_emit_written:
 * @conversation: one of its conversations
 * @row: what was written there
 *
 * Hands a line to whoever sends it.
 */
void
chat_account_emit_written (ChatAccount *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  g_signal_emit (self, signals[WRITTEN], 0, conversation, row);
}

/**
 * chat_account_emit_retried:
 * @conversation: one of its conversations
 * @id: messages.id of a line that failed
 *
 * Lets whoever sends lines send that one again.
 */
void
chat_account_emit_retried (ChatAccount *self, ChatConversation *conversation, gint64 id)
{
  g_signal_emit (self, signals[RETRIED], 0, conversation, id);
}
