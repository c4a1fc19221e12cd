/* All conversations in which something was said or typed, the last active first: a GListModel of ChatConversation. */
#include "chat-conversations-private.h"

#include "base-sorted-list.h"

struct _ChatConversations {
  GObject         parent;
  BaseSortedList *sorted;       /* (owned) of ChatConversation */
  GHashTable     *by_contact;   /* (owned) ChatContact → ChatConversation (owned), which owns the contact */
  GHashTable     *unused;       /* (owned) set of those that are not listed: nothing was said or typed in them yet */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatConversations, chat_conversations, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* Beside the time it may only go by what never changes: a moved item is found by comparing it with the others. */
static int
compare_conversations (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ChatConversation *one = (ChatConversation *) a;
  ChatConversation *other = (ChatConversation *) b;
  gint64 at = chat_conversation_get_last_activity (one);
  gint64 other_at = chat_conversation_get_last_activity (other);
  int order;

  if (at != other_at)
    return at > other_at ? -1 : 1;
  order = g_strcmp0 (xmpp_jid_get_text (chat_contact_get_jid (chat_conversation_get_contact (one))),
                     xmpp_jid_get_text (chat_contact_get_jid (chat_conversation_get_contact (other))));
  return order != 0 ? order : (one > other) - (one < other);
}

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_CONVERSATION;
}

static guint
list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (CHAT_CONVERSATIONS (model)->sorted));
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (CHAT_CONVERSATIONS (model)->sorted), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
last_activity_cb (ChatConversations *self, GParamSpec *pspec, ChatConversation *conversation)
{
  if (g_hash_table_remove (self->unused, conversation))
    base_sorted_list_add (self->sorted, conversation);
  else
    base_sorted_list_moved (self->sorted, conversation);
}

static void
draft_cb (ChatConversations *self, GParamSpec *pspec, ChatConversation *conversation)
{
  if (g_hash_table_remove (self->unused, conversation))
    base_sorted_list_add (self->sorted, conversation);
}

static void
forget_conversation (ChatConversations *self, ChatConversation *conversation)
{
  g_signal_handlers_disconnect_by_func (conversation, last_activity_cb, self);
  g_signal_handlers_disconnect_by_func (conversation, draft_cb, self);
}

static void
chat_conversations_dispose (GObject *object)
{
  ChatConversations *self = CHAT_CONVERSATIONS (object);
  GHashTableIter iter;
  gpointer conversation;

  g_hash_table_iter_init (&iter, self->by_contact);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    forget_conversation (self, conversation);
  g_hash_table_remove_all (self->unused);
  g_hash_table_remove_all (self->by_contact);
  G_OBJECT_CLASS (chat_conversations_parent_class)->dispose (object);
}

static void
chat_conversations_finalize (GObject *object)
{
  ChatConversations *self = CHAT_CONVERSATIONS (object);

  g_hash_table_unref (self->unused);
  g_hash_table_unref (self->by_contact);
  g_object_unref (self->sorted);
  G_OBJECT_CLASS (chat_conversations_parent_class)->finalize (object);
}

static void
chat_conversations_class_init (ChatConversationsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_conversations_dispose;
  object_class->finalize = chat_conversations_finalize;
}

static void
chat_conversations_init (ChatConversations *self)
{
  self->sorted = base_sorted_list_new (CHAT_TYPE_CONVERSATION, compare_conversations, NULL, NULL);
  g_signal_connect_swapped (self->sorted, "items-changed", G_CALLBACK (g_list_model_items_changed), self);
  self->by_contact = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->unused = g_hash_table_new (NULL, NULL);
}

static void
watch_conversation (ChatConversations *self, ChatConversation *conversation)
{
  g_hash_table_insert (self->by_contact, chat_conversation_get_contact (conversation), g_object_ref (conversation));
  g_signal_connect_swapped (conversation, "notify::last-activity", G_CALLBACK (last_activity_cb), self);
  g_signal_connect_swapped (conversation, "notify::draft", G_CALLBACK (draft_cb), self);
}

/**
 * chat_conversations_new:
 *
 * Returns: (transfer full): an empty list
 */
ChatConversations *
chat_conversations_new (void)
{
  return g_object_new (CHAT_TYPE_CONVERSATIONS, NULL);
}

/**
 * chat_conversations_add_many:
 * @self: the conversations
 * @conversations: (element-type ChatConversation): those that are stored, with contacts that have none in the list
 *
 * Adds them where they belong, with one change of the list. They move by themselves when something is said in them.
 */
void
chat_conversations_add_many (ChatConversations *self, GPtrArray *conversations)
{
  g_return_if_fail (CHAT_IS_CONVERSATIONS (self));

  for (guint i = 0; i < conversations->len; i++)
    watch_conversation (self, conversations->pdata[i]);
  base_sorted_list_splice (self->sorted, conversations);
}

/**
 * chat_conversations_remove_account:
 * @self: the conversations
 * @account: an account that is no more
 *
 * Takes its conversations off the list. Who still holds one holds something in which nothing happens any more.
 */
void
chat_conversations_remove_account (ChatConversations *self, ChatAccount *account)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer conversation;

  g_return_if_fail (CHAT_IS_CONVERSATIONS (self));

  g_hash_table_iter_init (&iter, self->by_contact);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    if (chat_conversation_get_account (conversation) == account)
      g_ptr_array_add (gone, g_object_ref (conversation));
  for (guint i = 0; i < gone->len; i++) {
    forget_conversation (self, gone->pdata[i]);
    g_hash_table_remove (self->by_contact, chat_conversation_get_contact (gone->pdata[i]));
    if (!g_hash_table_remove (self->unused, gone->pdata[i]))
      base_sorted_list_remove (self->sorted, gone->pdata[i]);
  }
}

/**
 * chat_conversations_find:
 * @self: the conversations
 * @contact: somebody
 *
 * Returns: (transfer none) (nullable): the conversation with them
 */
ChatConversation *
chat_conversations_find (ChatConversations *self, ChatContact *contact)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATIONS (self), NULL);

  return g_hash_table_lookup (self->by_contact, contact);
}

/**
 * chat_conversations_ensure:
 * @self: the conversations
 * @contact: somebody whose account is still there
 *
 * Finds the conversation with somebody, or begins one. It is listed and stored once there is something in it: who only
 * looks at somebody has no conversation with them.
 *
 * Returns: (transfer none): the conversation
 */
ChatConversation *
chat_conversations_ensure (ChatConversations *self, ChatContact *contact)
{
  g_autoptr (ChatConversation) conversation = NULL;
  ChatConversation *found = chat_conversations_find (self, contact);

  if (found != NULL)
    return found;
  g_return_val_if_fail (chat_contact_get_account (contact) != NULL, NULL);

  conversation = chat_conversation_new (chat_contact_get_account (contact), contact, NULL);
  watch_conversation (self, conversation);
  g_hash_table_add (self->unused, conversation);
  return conversation;
}
