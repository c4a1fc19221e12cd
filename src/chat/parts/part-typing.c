/* Who is typing, and when we say that we are (XEP-0085).
 *
 *   ours, per conversation:   silent ── key ──► composing ── 5 s without a key ──► paused ── key ──► composing
 *                                ▲                  │                                │
 *                                └──── text gone: "active" is said; text sent: the line says it itself
 *
 * Only who sees our presence is told, and only while both are online: to others it would be news that we are here. */
#include "chat-account-private.h"

#include "chat-core.h"
#include "chat-part.h"
#include "crypto-hash.h"

#define PAUSE_AFTER  (5 * G_TIME_SPAN_SECOND)
#define FORGET_AFTER (2 * G_TIME_SPAN_MINUTE)   /* whoever began to type and was never heard of again */

typedef struct {
  GHashTable *ours;     /* (owned) ChatConversation → Typist */
  GHashTable *theirs;   /* (owned) ChatConversation → Typist */
  gulong      handler;  /* of the account */
} Typing;

/* Who types in one conversation: we, or they. */
typedef struct {
  Typing           *typing;         /* (borrowed) */
  ChatConversation *conversation;   /* (owned) */
  BaseClock        *clock;          /* (owned) */
  guint             timer;          /* 0: none */
  XmppTyping        said;           /* ours: what they were told last */
  gulong            handler;        /* theirs: of their presence */
} Typist;

static void
typist_free (gpointer data)
{
  Typist *typist = data;

  base_clock_remove (typist->clock, typist->timer);
  g_clear_signal_handler (&typist->handler, chat_conversation_get_contact (typist->conversation));
  base_clock_unref (typist->clock);
  g_object_unref (typist->conversation);
  g_free (typist);
}

static Typist *
ensure_typist (Typing *self, GHashTable *typists, ChatConversation *conversation)
{
  Typist *typist = g_hash_table_lookup (typists, conversation);
  ChatAccount *account = chat_conversation_get_account (conversation);

  if (typist == NULL) {
    typist = g_new0 (Typist, 1);
    typist->typing = self;
    typist->conversation = g_object_ref (conversation);
    typist->clock = base_clock_ref (xmpp_session_get_clock (chat_account_get_session (account)));
    g_hash_table_insert (typists, conversation, typist);
  }
  return typist;
}

static void
restart_timer (Typist *typist, gint64 delay, GSourceFunc callback)
{
  base_clock_remove (typist->clock, typist->timer);
  typist->timer = base_clock_add (typist->clock, delay, callback, typist, NULL);
}

/* Ours */

static gboolean
may_tell (ChatConversation *conversation)
{
  ChatContact *contact = chat_conversation_get_contact (conversation);

  return chat_account_get_state (chat_conversation_get_account (conversation)) == CHAT_ACCOUNT_ONLINE
         && chat_contact_sees_us (contact) && chat_contact_get_show (contact) != XMPP_SHOW_OFFLINE;
}

static void
say (ChatConversation *conversation, XmppTyping typing)
{
  ChatAccount *account = chat_conversation_get_account (conversation);
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_ref (chat_contact_get_jid (chat_conversation_get_contact (conversation)));
  message->id = crypto_random_id ();
  message->typing = typing;
  /* Nobody waits for it: what is not told now is not worth telling later. */
  xmpp_session_send_message_async (chat_account_get_session (account), message, chat_account_get_cancellable (account),
                                   NULL, NULL);
}

static gboolean
pause_cb (gpointer data)
{
  Typist *typist = data;

  typist->timer = 0;
  typist->said = XMPP_TYPING_PAUSED;
  if (may_tell (typist->conversation))
    say (typist->conversation, XMPP_TYPING_PAUSED);
  return G_SOURCE_REMOVE;
}

static void
typed_cb (ChatAccount *account, ChatConversation *conversation, int typed, gpointer user_data)
{
  Typing *self = user_data;
  Typist *typist = g_hash_table_lookup (self->ours, conversation);

  switch ((ChatTyped) typed) {
  case CHAT_TYPED_SOMETHING:
    if (!may_tell (conversation))
      break;
    typist = ensure_typist (self, self->ours, conversation);
    if (typist->said != XMPP_TYPING_COMPOSING)
      say (conversation, XMPP_TYPING_COMPOSING);
    typist->said = XMPP_TYPING_COMPOSING;
    restart_timer (typist, PAUSE_AFTER, pause_cb);
    break;
  case CHAT_TYPED_NOTHING:
    if (typist != NULL && may_tell (conversation))
      say (conversation, XMPP_TYPING_ACTIVE);
    g_hash_table_remove (self->ours, conversation);
    break;
  case CHAT_TYPED_SENT:
    g_hash_table_remove (self->ours, conversation);
    break;
  }
}

/* Theirs */

static void
end_typing (Typing *self, ChatConversation *conversation)
{
  g_autoptr (ChatConversation) keep = g_object_ref (conversation);

  g_hash_table_remove (self->theirs, conversation);
  chat_conversation_set_typing (conversation, FALSE);
}

static gboolean
forget_cb (gpointer data)
{
  Typist *typist = data;

  typist->timer = 0;
  end_typing (typist->typing, typist->conversation);
  return G_SOURCE_REMOVE;
}

/* Who has gone does not type. */
static void
contact_show_cb (Typist *typist)
{
  if (chat_contact_get_show (chat_conversation_get_contact (typist->conversation)) == XMPP_SHOW_OFFLINE)
    end_typing (typist->typing, typist->conversation);
}

static void
begin_typing (Typing *self, ChatConversation *conversation)
{
  Typist *typist = ensure_typist (self, self->theirs, conversation);

  if (typist->handler == 0)
    typist->handler = g_signal_connect_swapped (chat_conversation_get_contact (conversation), "notify::show",
                                                G_CALLBACK (contact_show_cb), typist);
  restart_timer (typist, FORGET_AFTER, forget_cb);
  chat_conversation_set_typing (conversation, TRUE);
}

/* What our other devices say is ours. A line that came ends the typing of it, whether it says so or not. */
static void
part_message (ChatAccount *account, gpointer state, ChatContact *contact, XmppMessage *message)
{
  ChatCore *core = chat_account_get_core (account);
  ChatConversation *conversation =
      core != NULL ? chat_conversations_find (chat_core_get_conversations (core), contact) : NULL;

  if (conversation == NULL || message->type == XMPP_MESSAGE_ERROR || message->origin == XMPP_ORIGIN_CARBON_OUT)
    return;
  if (message->body != NULL)
    end_typing (state, conversation);
  else if (message->typing == XMPP_TYPING_COMPOSING)
    begin_typing (state, conversation);
  else if (message->typing != XMPP_TYPING_UNCHANGED)
    end_typing (state, conversation);
}

/* Life */

static void
part_attach (ChatAccount *account, gpointer state)
{
  Typing *self = state;

  self->ours = g_hash_table_new_full (NULL, NULL, NULL, typist_free);
  self->theirs = g_hash_table_new_full (NULL, NULL, NULL, typist_free);
  self->handler = g_signal_connect (account, "typed", G_CALLBACK (typed_cb), self);
}

static void
part_offline (ChatAccount *account, gpointer state)
{
  Typing *self = state;
  g_autoptr (GList) conversations = g_hash_table_get_keys (self->theirs);

  for (GList *l = conversations; l != NULL; l = l->next)
    end_typing (self, l->data);
  g_hash_table_remove_all (self->ours);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Typing *self = state;

  g_clear_signal_handler (&self->handler, account);
  g_clear_pointer (&self->ours, g_hash_table_unref);
  g_clear_pointer (&self->theirs, g_hash_table_unref);
}

const ChatPart part_typing = {
  .name = "typing",
  .state_size = sizeof (Typing),
  .attach = part_attach,
  .offline = part_offline,
  .message = part_message,
  .detach = part_detach,
};
