/* A conversation with one person: what was last said, what is unread, what is being typed, and sending. */
#include "chat-conversation-private.h"

#include "base-text.h"
#include "chat-account-private.h"
#include "chat-timeline-private.h"

#define LAST_LINE_CHARS 120

enum {
  PROP_0,
  PROP_ACCOUNT,
  PROP_CONTACT,
  PROP_LAST_ACTIVITY,
  PROP_LAST_LINE,
  PROP_LAST_OUTGOING,
  PROP_UNREAD,
  PROP_DRAFT,
  PROP_TYPING,
  PROP_ACTIVE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatConversation, chat_conversation, G_TYPE_OBJECT)

static void
chat_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  switch (id) {
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PROP_LAST_ACTIVITY:
    g_value_set_int64 (value, self->last_activity);
    break;
  case PROP_LAST_LINE:
    g_value_set_string (value, self->last_line);
    break;
  case PROP_LAST_OUTGOING:
    g_value_set_boolean (value, self->last_outgoing);
    break;
  case PROP_UNREAD:
    g_value_set_uint (value, self->unread);
    break;
  case PROP_DRAFT:
    g_value_set_string (value, self->draft);
    break;
  case PROP_TYPING:
    g_value_set_boolean (value, self->typing);
    break;
  case PROP_ACTIVE:
    g_value_set_boolean (value, self->active);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_conversation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  switch (id) {
  case PROP_DRAFT:
    chat_conversation_set_draft (self, g_value_get_string (value));
    break;
  case PROP_ACTIVE:
    chat_conversation_set_active (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_conversation_finalize (GObject *object)
{
  ChatConversation *self = CHAT_CONVERSATION (object);

  g_clear_weak_pointer (&self->timeline);
  g_hash_table_unref (self->unstored);
  chat_keeper_free (self->keeper);
  g_clear_object (&self->contact);
  g_clear_object (&self->account);
  g_free (self->last_body);
  g_free (self->last_line);
  g_free (self->draft);
  G_OBJECT_CLASS (chat_conversation_parent_class)->finalize (object);
}

static void
chat_conversation_class_init (ChatConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_conversation_get_property;
  object_class->set_property = chat_conversation_set_property;
  object_class->finalize = chat_conversation_finalize;

  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CHAT_TYPE_ACCOUNT, flags);
  props[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, CHAT_TYPE_CONTACT, flags);
  props[PROP_LAST_ACTIVITY] = g_param_spec_int64 ("last-activity", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_LAST_LINE] = g_param_spec_string ("last-line", NULL, NULL, NULL, flags);
  props[PROP_LAST_OUTGOING] = g_param_spec_boolean ("last-outgoing", NULL, NULL, FALSE, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, writable);
  props[PROP_TYPING] = g_param_spec_boolean ("typing", NULL, NULL, FALSE, flags);
  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, writable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_conversation_init (ChatConversation *self)
{
  self->unstored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static void
mark_read (ChatConversation *self)
{
  if (self->unread != 0) {
    self->unread = 0;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
  }
  self->read_position = MAX (self->read_position, self->last_position);
  if (self->id != 0)
    chat_keeper_read (self->keeper, self->last_position);
}

/* What was said last */

static void
set_last (ChatConversation *self, const char *body, gboolean outgoing)
{
  /* A page of history is seldom about what was said last. */
  if (g_strcmp0 (body, self->last_body) != 0) {
    g_autofree char *line = body != NULL ? base_text_line (body, LAST_LINE_CHARS) : NULL;

    g_free (self->last_body);
    self->last_body = g_strdup (body);
    if (g_strcmp0 (line, self->last_line) != 0) {
      g_free (self->last_line);
      self->last_line = g_steal_pointer (&line);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_LINE]);
    }
  }
  if (self->last_outgoing != outgoing) {
    self->last_outgoing = outgoing;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_OUTGOING]);
  }
}

/* What comes late with an old time does not make a conversation less recent than it was. */
static void
set_activity (ChatConversation *self, gint64 at)
{
  if (at <= self->last_activity)
    return;
  self->last_activity = at;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_ACTIVITY]);
}

/**
 * chat_conversation_count:
 * @row: a line that is new
 *
 * Takes notice of a line: what was said last, when, and whether it is still to be read.
 */
void
chat_conversation_count (ChatConversation *self, const StoreMessageRow *row)
{
  if (row->position < STORE_POSITION_PENDING)
    self->last_position = MAX (self->last_position, row->position);
  set_last (self, row->body, row->outgoing);
  set_activity (self, row->sent_at);

  /* Who answers, here or on another device, has read what there was. */
  if (row->outgoing || self->active) {
    mark_read (self);
  } else {
    self->unread++;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
  }
}

/**
 * chat_conversation_take_summary:
 * @row: what the store knew of the conversation when it took a page of an archive
 * @n_late: how many lines of the page stand behind what was read here, and are to be read
 *
 * Takes over what was said last and how much of it is unread. A read mark that was made since then is on its way to the
 * store, and counts; so does a line that was written since then.
 */
void
chat_conversation_take_summary (ChatConversation *self, const StoreConversationRow *row, guint n_late)
{
  guint unread = row->unread;

  if (self->read_position > row->read_position)
    unread = self->unread + n_late;
  else if (unread >= STORE_UNREAD_MAX)
    unread = MAX (self->unread, unread);
  self->read_position = MAX (self->read_position, row->read_position);
  self->last_position = MAX (self->last_position, row->last_position);
  if (g_hash_table_size (self->unstored) == 0)
    set_last (self, row->last_body, row->last_outgoing);
  set_activity (self, row->last_at);
  if (self->unread != unread) {
    self->unread = unread;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
  }
  if (self->active && unread > 0)
    mark_read (self);
}

/**
 * chat_conversation_new:
 * @account: whose conversation it is
 * @contact: with whom, of the same account
 * @row: (nullable): what the store knows of it
 *
 * Returns: (transfer full): a conversation
 */
ChatConversation *
chat_conversation_new (ChatAccount *account, ChatContact *contact, const StoreConversationRow *row)
{
  ChatConversation *self = g_object_new (CHAT_TYPE_CONVERSATION, NULL);

  self->account = g_object_ref (account);
  self->contact = g_object_ref (contact);
  self->keeper = chat_keeper_new (contact, row != NULL);
  if (row != NULL) {
    self->id = row->id;
    self->last_position = row->last_position;
    self->read_position = row->read_position;
    self->last_activity = MAX (row->last_at, 0);
    self->last_body = g_strdup (row->last_body);
    self->last_line = row->last_body != NULL ? base_text_line (row->last_body, LAST_LINE_CHARS) : NULL;
    self->last_outgoing = row->last_outgoing;
    self->unread = row->unread;
    self->draft = g_strdup (row->draft);
  }
  return self;
}

/**
 * chat_conversation_get_account:
 *
 * Returns: (transfer none): whose it is
 */
ChatAccount *
chat_conversation_get_account (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return self->account;
}

/**
 * chat_conversation_get_contact:
 *
 * Returns: (transfer none): with whom
 */
ChatContact *
chat_conversation_get_contact (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return self->contact;
}

/**
 * chat_conversation_get_kind:
 *
 * Returns: what kind of conversation it is
 */
ChatKind
chat_conversation_get_kind (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), CHAT_KIND_PERSON);

  return CHAT_KIND_PERSON;
}

/**
 * chat_conversation_get_last_activity:
 *
 * Returns: when something was last said, in µs since 1970 UTC; 0: never
 */
gint64
chat_conversation_get_last_activity (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return self->last_activity;
}

/**
 * chat_conversation_get_last_line:
 *
 * Returns: (nullable): what was last said, as one line that is fit to be shown
 */
const char *
chat_conversation_get_last_line (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return self->last_line;
}

/**
 * chat_conversation_get_last_outgoing:
 *
 * Returns: whether the last line is ours
 */
gboolean
chat_conversation_get_last_outgoing (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), FALSE);

  return self->last_outgoing;
}

/**
 * chat_conversation_get_unread:
 *
 * Returns: how many of their lines were not looked at
 */
guint
chat_conversation_get_unread (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), 0);

  return self->unread;
}

/**
 * chat_conversation_get_typing:
 *
 * Returns: whether they are typing
 */
gboolean
chat_conversation_get_typing (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), FALSE);

  return self->typing;
}

/**
 * chat_conversation_get_draft:
 *
 * Returns: (nullable): what was typed and not sent
 */
const char *
chat_conversation_get_draft (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return self->draft;
}

/**
 * chat_conversation_set_draft:
 * @self: a conversation
 * @text: (nullable): what is typed; %NULL or "" for nothing
 *
 * Keeps a draft. While one is being written to the disk only the last of those that follow is written next.
 */
void
chat_conversation_set_draft (ChatConversation *self, const char *text)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (self->draft, text) == 0)
    return;

  g_free (self->draft);
  self->draft = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAFT]);
  chat_keeper_draft (self->keeper, text);
}

/**
 * chat_conversation_set_active:
 * @self: a conversation
 * @active: whether the user looks at it
 *
 * While it is active, what is there and what comes is read.
 */
void
chat_conversation_set_active (ChatConversation *self, gboolean active)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  active = active != FALSE;
  if (self->active == active)
    return;
  self->active = active;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
  if (active && self->unread > 0)
    mark_read (self);
}

/**
 * chat_conversation_set_composing:
 * @self: a conversation
 * @composing: whether there is something typed; to be called at each change of it
 *
 * Lets them know that we type, if they may know.
 */
void
chat_conversation_set_composing (ChatConversation *self, gboolean composing)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  chat_account_emit_typed (self->account, self, composing ? CHAT_TYPED_SOMETHING : CHAT_TYPED_NOTHING);
}

/**
 * chat_conversation_set_typing:
 * @self: a conversation
 * @typing: whether they are typing
 *
 * For the part that listens to them.
 */
void
chat_conversation_set_typing (ChatConversation *self, gboolean typing)
{
  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  typing = typing != FALSE;
  if (self->typing == typing)
    return;
  self->typing = typing;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TYPING]);
}

/**
 * chat_conversation_get_id:
 *
 * Returns: its key in the store, 0 before there is anything in it
 */
gint64
chat_conversation_get_id (ChatConversation *self)
{
  return self->id;
}

/**
 * chat_conversation_set_id:
 * @self: a conversation
 * @id: its key in the store
 *
 * For whoever has just stored its first line.
 */
void
chat_conversation_set_id (ChatConversation *self, gint64 id)
{
  self->id = id;
  if (self->timeline != NULL)
    chat_timeline_set_conversation (self->timeline, id);
}

/**
 * chat_conversation_take_last:
 * @row: (nullable): the last line that is left
 *
 * Takes over what was said last, after a line was removed.
 */
void
chat_conversation_take_last (ChatConversation *self, const StoreMessageRow *row)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_last (self, row != NULL ? row->body : NULL, row != NULL && row->outgoing);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_conversation_note_written:
 * @message: a line that was written just now
 *
 * Takes notice of a line of ours. Who answers has read what there was.
 */
void
chat_conversation_note_written (ChatConversation *self, ChatMessage *message)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_last (self, chat_message_get_body (message), TRUE);
  set_activity (self, chat_message_get_sent_at (message));
  if (self->unread > 0)
    mark_read (self);
  g_object_thaw_notify (G_OBJECT (self));
}
