/* One line of a conversation as an object: what was said, by whom, and how far it has come. */
#include "chat-message-private.h"

struct _ChatMessage {
  GObject            parent;
  ChatContact       *contact;     /* (owned) */
  gint64             id;          /* messages.id, 0: being stored */
  gint64             position;
  gint64             sent_at;     /* µs since 1970 UTC */
  char              *body;        /* (owned) */
  char              *stanza_id;   /* (owned, nullable) */
  char              *error;       /* (owned, nullable) */
  StoreMessageState  state;
  gboolean           outgoing;
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_ERROR,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatMessage, chat_message, G_TYPE_OBJECT)

static void
chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_ERROR:
    g_value_set_string (value, self->error);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_message_finalize (GObject *object)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  g_clear_object (&self->contact);
  g_free (self->body);
  g_free (self->stanza_id);
  g_free (self->error);
  G_OBJECT_CLASS (chat_message_parent_class)->finalize (object);
}

static void
chat_message_class_init (ChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chat_message_get_property;
  object_class->finalize = chat_message_finalize;

  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, STORE_MESSAGE_RECEIVED, STORE_MESSAGE_READ,
                                        STORE_MESSAGE_RECEIVED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_ERROR] =
      g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_message_init (ChatMessage *self)
{
}

/**
 * chat_message_new:
 * @contact: with whom
 * @row: what is known of the message; copied
 *
 * Returns: (transfer full): a message
 */
ChatMessage *
chat_message_new (ChatContact *contact, const StoreMessageRow *row)
{
  ChatMessage *self = g_object_new (CHAT_TYPE_MESSAGE, NULL);

  self->contact = g_object_ref (contact);
  self->id = row->id;
  self->position = row->position;
  self->sent_at = row->sent_at;
  self->body = g_strdup (row->body != NULL ? row->body : "");
  self->stanza_id = g_strdup (row->stanza_id);
  self->error = g_strdup (row->error);
  self->state = row->state;
  self->outgoing = row->outgoing;
  return self;
}

/**
 * chat_message_get_id:
 * @self: a message
 *
 * Returns: its key in the store, 0 while it is being stored
 */
gint64
chat_message_get_id (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->id;
}

/**
 * chat_message_get_position:
 * @self: a message
 *
 * Returns: what the lines of a conversation are ordered by
 */
gint64
chat_message_get_position (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->position;
}

/**
 * chat_message_get_contact:
 * @self: a message
 *
 * Returns: (transfer none): with whom, whoever of the two said it
 */
ChatContact *
chat_message_get_contact (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->contact;
}

/**
 * chat_message_is_outgoing:
 * @self: a message
 *
 * Returns: whether our own account said it, on this device or another
 */
gboolean
chat_message_is_outgoing (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->outgoing;
}

/**
 * chat_message_get_body:
 * @self: a message
 *
 * Returns: the text as it was sent, UTF-8; a stranger may have written it
 */
const char *
chat_message_get_body (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->body;
}

/**
 * chat_message_get_sent_at:
 * @self: a message
 *
 * Returns: when it was said, in µs since 1970 UTC: a label, not what orders the lines
 */
gint64
chat_message_get_sent_at (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->sent_at;
}

/**
 * chat_message_get_stanza_id:
 * @self: a message
 *
 * Returns: (nullable): the id of the stanza that carried it, which is also the origin id of our own lines
 */
const char *
chat_message_get_stanza_id (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->stanza_id;
}

/**
 * chat_message_get_state:
 * @self: a message
 *
 * Returns: how far it has come
 */
StoreMessageState
chat_message_get_state (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), STORE_MESSAGE_RECEIVED);

  return self->state;
}

/**
 * chat_message_get_error:
 * @self: a message
 *
 * Returns: (nullable): why it failed: a stanza error's name, or %CHAT_MESSAGE_TOO_OLD and its like
 */
const char *
chat_message_get_error (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->error;
}

/**
 * chat_message_update:
 * @self: a message
 * @row: the same message as the store knows it now
 *
 * Takes over what changes in a message's life: its id, position, state and error.
 */
void
chat_message_update (ChatMessage *self, const StoreMessageRow *row)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  self->id = row->id;
  self->position = row->position;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != row->state) {
    self->state = row->state;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  }
  if (g_strcmp0 (self->error, row->error) != 0) {
    g_free (self->error);
    self->error = g_strdup (row->error);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_message_place:
 * @messages: (element-type ChatMessage): messages, by position
 * @position: a position
 *
 * Returns: where among them a message with that position goes: behind those with the same or a lower one
 */
guint
chat_message_place (GPtrArray *messages, gint64 position)
{
  guint low = 0, high = messages->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (chat_message_get_position (messages->pdata[middle]) <= position)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/**
 * chat_message_find:
 * @messages: (element-type ChatMessage): messages
 * @id: messages.id
 *
 * Looks from the end, where what happens mostly happens.
 *
 * Returns: (transfer none) (nullable): the message with that key
 */
ChatMessage *
chat_message_find (GPtrArray *messages, gint64 id)
{
  for (guint i = messages->len; i > 0 && id != 0; i--)
    if (chat_message_get_id (messages->pdata[i - 1]) == id)
      return messages->pdata[i - 1];
  return NULL;
}
