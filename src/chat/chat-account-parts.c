/* What lives in an account: the parts, each with its state, and the people it knows. */
#include "chat-account-private.h"

#include "chat-part.h"

/* With whom, and whether there is something said: a stranger who says nothing is not worth an object. */
static ChatContact *
contact_of (ChatAccount *self, XmppMessage *message)
{
  XmppJid *peer = message->origin == XMPP_ORIGIN_CARBON_OUT ? message->to : message->from;

  if (peer == NULL)
    return NULL;
  if (message->type != XMPP_MESSAGE_ERROR && message->act == XMPP_ACT_SAY && message->body != NULL)
    return chat_account_get_contact (self, peer);
  return chat_account_find_contact (self, peer);
}

static void
session_message_cb (ChatAccount *self, XmppMessage *message)
{
  ChatContact *contact;

  /* A room that we have not joined has nothing to say to us. */
  if (message->type == XMPP_MESSAGE_GROUPCHAT || self->states == NULL)
    return;

  contact = contact_of (self, message);
  if (contact == NULL)
    return;
  for (guint i = 0; self->parts[i] != NULL; i++)
    if (self->parts[i]->message != NULL)
      self->parts[i]->message (self, self->states[i], contact, message);
}

/**
 * chat_account_attach_parts:
 * @roster: (nullable) (element-type StoreRosterRow): the roster as it was when the program last ran
 *
 * Gives each part its state, and begins to listen to the session. For chat_account_new().
 */
void
chat_account_attach_parts (ChatAccount *self, GPtrArray *roster)
{
  guint n = 0;

  g_signal_connect_object (self->session, "message", G_CALLBACK (session_message_cb), self, G_CONNECT_SWAPPED);
  while (self->parts[n] != NULL)
    n++;
  self->states = g_new0 (gpointer, n + 1);
  for (guint i = 0; i < n; i++)
    self->states[i] = g_malloc0 (MAX (self->parts[i]->state_size, 1));

  self->stored_roster = roster;
  for (guint i = 0; i < n; i++)
    if (self->parts[i]->attach != NULL)
      self->parts[i]->attach (self, self->states[i]);
  self->stored_roster = NULL;
}

/**
 * chat_account_shut:
 * @self: an account
 *
 * Ends everything at once, without a goodbye, because the core is going away. The account cannot be used after it.
 */
void
chat_account_shut (ChatAccount *self)
{
  g_autofree gpointer *states = NULL;

  if (self->states == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  chat_link_disprove (self->link);
  xmpp_session_abort (self->session, NULL);

  states = g_steal_pointer (&self->states);
  for (guint i = 0; self->parts[i] != NULL; i++) {
    if (self->parts[i]->detach != NULL)
      self->parts[i]->detach (self, states[i]);
    g_free (states[i]);
  }
}

/**
 * chat_account_get_part_state:
 * @self: an account
 * @part: a part
 *
 * Returns: (transfer none) (nullable): what the part keeps for this account
 */
gpointer
chat_account_get_part_state (ChatAccount *self, const ChatPart *part)
{
  for (guint i = 0; self->states != NULL && self->parts[i] != NULL; i++)
    if (self->parts[i] == part)
      return self->states[i];
  return NULL;
}

/**
 * chat_account_get_stored_roster:
 * @version: (out) (nullable): the server's version of it
 *
 * Returns: (transfer none) (nullable) (element-type StoreRosterRow): the roster as it was when the program last ran,
 *   while parts are attached
 */
GPtrArray *
chat_account_get_stored_roster (ChatAccount *self, const char **version)
{
  *version = self->stored_roster != NULL ? self->row->roster_version : NULL;
  return self->stored_roster;
}

/**
 * chat_account_list_contacts:
 *
 * Returns: (transfer container) (element-type ChatContact): everybody who is known, in no order
 */
GPtrArray *
chat_account_list_contacts (ChatAccount *self)
{
  GPtrArray *contacts = g_ptr_array_sized_new (g_hash_table_size (self->contacts));
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    g_ptr_array_add (contacts, contact);
  return contacts;
}

/**
 * chat_account_get_contact:
 * @self: an account
 * @jid: bare or full
 *
 * Returns: (transfer none): who has this address, made when they are not known yet
 */
ChatContact *
chat_account_get_contact (ChatAccount *self, XmppJid *jid)
{
  ChatContact *contact = chat_account_find_contact (self, jid);

  if (contact == NULL) {
    contact = chat_contact_new (self, jid);
    g_hash_table_insert (self->contacts, chat_contact_get_jid (contact), contact);
  }
  return contact;
}

/**
 * chat_account_find_contact:
 * @self: an account
 * @jid: bare or full
 *
 * Returns: (transfer none) (nullable): who has this address, if they are known
 */
ChatContact *
chat_account_find_contact (ChatAccount *self, XmppJid *jid)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return g_hash_table_lookup (self->contacts, xmpp_jid_get_bare (jid));
}
