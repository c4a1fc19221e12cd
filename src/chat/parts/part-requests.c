/* Who asks to see us (RFC 6121 §3.1.3): kept while the account is online, handed to the one list of all accounts.
 *
 *             ┌── asks again: other words ──┐
 *   nobody ── asks ──► asking ──────────────┘
 *      ▲                 │
 *      └─────────────────┴── allowed or refused here; sees us, because it was allowed on another device; asks no more;
 *                            our session ended
 *
 * What is undecided the server keeps, and asks again when we come back: nothing needs to be stored here, and what was
 * refused on another device meanwhile is gone then. Nobody is ever let in by this file. */
#include "chat-account-private.h"

#include "chat-core.h"
#include "chat-part.h"

/* Whoever asks and takes it back leaves the list, but not the memory. So many a day has nobody. */
#define STRANGERS_MAX 1000

typedef struct {
  ChatAccount *account;   /* (borrowed) */
  GHashTable  *asking;    /* (owned) ChatContact → Question */
  guint        n_met;     /* who became known by asking, since our session began */
  gulong       handler;   /* of the session */
} Requests;

/* Who asks, and what listens for the answer. */
typedef struct {
  ChatContact *contact;   /* (owned) */
  gulong       handler;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_signal_handler (&question->handler, question->contact);
  g_object_unref (question->contact);
  g_free (question);
}

static void
asking_changed_cb (Requests *self, GParamSpec *pspec, ChatContact *contact)
{
  g_autoptr (ChatContact) keep = g_object_ref (contact);
  ChatAccount *account = chat_contact_get_account (contact);
  ChatCore *core = account != NULL ? chat_account_get_core (account) : NULL;

  if (!chat_contact_is_asking (contact))
    g_hash_table_remove (self->asking, contact);
  if (core != NULL)
    chat_requests_update (chat_core_get_requests (core), contact);
}

static void
begin_question (Requests *self, ChatContact *contact, const char *text)
{
  Question *question = g_new0 (Question, 1);

  question->contact = g_object_ref (contact);
  question->handler = g_signal_connect_swapped (contact, "notify::asking", G_CALLBACK (asking_changed_cb), self);
  g_hash_table_insert (self->asking, contact, question);
  chat_contact_take_request (contact, TRUE, text);
}

static void
subscription_request_cb (XmppSession *session, XmppPresence *presence, Requests *self)
{
  ChatAccount *account = self->account;
  ChatContact *contact = chat_account_find_contact (account, presence->from);

  /* An old session that ends for another one: the server asks again in that. */
  if (chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE)
    return;
  if (contact != NULL && chat_contact_is_asking (contact)) {
    chat_contact_take_request (contact, presence->type == XMPP_PRESENCE_SUBSCRIBE, presence->status);
    return;
  }
  /* Whoever sees us already is answered by the server. A crowd of strangers is not even made known: a contact would
   * stay in memory, and the server asks again for whoever is left when we next come online. */
  if (presence->type != XMPP_PRESENCE_SUBSCRIBE || (contact != NULL && chat_contact_sees_us (contact)))
    return;
  if (g_hash_table_size (self->asking) >= CHAT_REQUESTS_MAX || (contact == NULL && self->n_met >= STRANGERS_MAX))
    return;
  if (contact == NULL)
    self->n_met++;
  begin_question (self, chat_account_get_contact (account, presence->from), presence->status);
}

/* Life */

static void
part_attach (ChatAccount *account, gpointer state)
{
  Requests *self = state;

  self->account = account;
  self->asking = g_hash_table_new_full (NULL, NULL, NULL, question_free);
  self->handler = g_signal_connect (chat_account_get_session (account), "subscription-request",
                                    G_CALLBACK (subscription_request_cb), self);
}

static void
part_ended (ChatAccount *account, gpointer state)
{
  Requests *self = state;
  g_autoptr (GList) contacts = g_hash_table_get_keys (self->asking);

  for (GList *l = contacts; l != NULL; l = l->next)
    chat_contact_take_request (l->data, FALSE, NULL);
  self->n_met = 0;
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Requests *self = state;

  part_ended (account, state);
  g_clear_signal_handler (&self->handler, chat_account_get_session (account));
  g_clear_pointer (&self->asking, g_hash_table_unref);
}

const ChatPart part_requests = {
  .name = "requests",
  .state_size = sizeof (Requests),
  .attach = part_attach,
  .ended = part_ended,
  .detach = part_detach,
};
