/* What the user does about a contact: add, rename, remove, ask, allow, refuse (RFC 6121 §2, §3).
 *
 *                        they do not see us                 they see us
 *   we do not see them   none ──────────── allow ─────────► from           refuse goes back
 *                         │                                  │
 *                        ask, and they say yes              ask, and they say yes
 *                         ▼                                  ▼
 *   we see them          to ────────────── allow ─────────► both           stop seeing goes back
 *
 * Nothing here changes what is shown but an answered question: the rest is true once the server has pushed it. */
#include "chat-contact-acts.h"

#include <string.h>

#include "chat-account.h"
#include "rfc-6121-presence.h"
#include "rfc-6121-roster.h"
#include "xmpp-error.h"

/* Whom we can do something about now; else NULL. */
static XmppSession *
acting_session (ChatContact *self)
{
  ChatAccount *account = chat_contact_get_account (self);

  if (account == NULL || chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE
      || xmpp_jid_equal (chat_account_get_jid (account), chat_contact_get_jid (self)))
    return NULL;
  return chat_account_get_session (account);
}

static gboolean
sees_them (ChatContact *self)
{
  XmppSubscription subscription = chat_contact_get_subscription (self);

  return subscription == XMPP_SUBSCRIPTION_TO || subscription == XMPP_SUBSCRIPTION_BOTH;
}

static void
say (ChatContact *self, XmppPresenceType type, const char *text)
{
  XmppSession *session = acting_session (self);

  if (session != NULL)
    xmpp_presence_send_subscription (session, chat_contact_get_jid (self), type, text);
}

/* Names */

/* Trims a name of a contact or a group. Returns NULL when it is too long or cannot be one. */
static char *
check_name (const char *name, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));

  if (strlen (trimmed) > XMPP_ROSTER_MAX_GROUP) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE, "A name has more than %d bytes",
                 XMPP_ROSTER_MAX_GROUP);
    return NULL;
  }
  if (!g_utf8_validate (trimmed, -1, NULL)) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE, "A name is not UTF-8");
    return NULL;
  }
  for (const char *p = trimmed; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_unichar_iscntrl (g_utf8_get_char (p))) {
      g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE, "A name has control characters in it");
      return NULL;
    }
  }
  return g_steal_pointer (&trimmed);
}

static XmppRosterItem *
make_item (ChatContact *self, const char *name, const char *const *groups, GError **error)
{
  g_autoptr (GPtrArray) good_groups = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *good_name = check_name (name != NULL ? name : "", error);

  if (good_name == NULL)
    return NULL;
  for (; groups != NULL && *groups != NULL; groups++) {
    char *group = check_name (*groups, error);

    if (group == NULL)
      return NULL;
    g_ptr_array_add (good_groups, group);
  }
  g_ptr_array_add (good_groups, NULL);
  return xmpp_roster_item_new (chat_contact_get_jid (self), good_name, XMPP_SUBSCRIPTION_NONE, FALSE, FALSE,
                               (const char *const *) good_groups->pdata);
}

/* Returns the session to do it with, or returns the task's error. */
static XmppSession *
begin_act (ChatContact *self, GTask *task)
{
  ChatAccount *account = chat_contact_get_account (self);
  XmppSession *session = acting_session (self);

  if (account != NULL && xmpp_jid_equal (chat_account_get_jid (account), chat_contact_get_jid (self)))
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED,
                             "Nobody is a contact of themselves");
  else if (session == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
  return session;
}

/* Adding, changing, removing */

typedef struct {
  char     *text;    /* (owned, nullable) words for them */
  gboolean  allow;
} Addition;

static void
addition_free (gpointer data)
{
  Addition *addition = data;

  g_free (addition->text);
  g_free (addition);
}

static void
add_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatContact *self = g_task_get_source_object (task);
  const Addition *addition = g_task_get_task_data (task);
  GError *error = NULL;

  if (!xmpp_roster_set_finish (XMPP_SESSION (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (acting_session (self) == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected any more");
    return;
  }
  /* Before they are asked, so that the server knows the answer if they ask back at once. */
  if (addition->allow)
    chat_contact_allow (self);
  if (!sees_them (self))
    chat_contact_ask (self, addition->text);
  g_task_return_boolean (task, TRUE);
}

static void
change_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (xmpp_roster_set_finish (XMPP_SESSION (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remove_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatContact *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!xmpp_roster_remove_finish (XMPP_SESSION (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (chat_contact_is_asking (self))
    chat_contact_refuse (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * chat_contact_can_act:
 * @self: a contact
 *
 * Returns: whether the account is online, so that something can be done; never for the account's own address. It
 *   changes with #ChatAccount:state.
 */
gboolean
chat_contact_can_act (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  return acting_session (self) != NULL;
}

/**
 * chat_contact_can_allow_ahead:
 * @self: a contact
 *
 * Returns: whether they can be allowed to see us before they ask (RFC 6121 §3.4): we are online, and the server keeps
 *   such a consent
 */
gboolean
chat_contact_can_allow_ahead (ChatContact *self)
{
  XmppSession *session;

  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  session = acting_session (self);
  return session != NULL && xmpp_presence_can_approve_ahead (session);
}

/**
 * chat_contact_ask:
 * @self: a contact
 * @text: (nullable): words that go with it
 *
 * Asks to see them (RFC 6121 §3.1.1), also once more: that is how a question that got lost, or a consent of which
 * their server does not know any more, is mended.
 */
void
chat_contact_ask (ChatContact *self, const char *text)
{
  g_return_if_fail (CHAT_IS_CONTACT (self));

  say (self, XMPP_PRESENCE_SUBSCRIBE, text);
}

/**
 * chat_contact_stop_seeing:
 * @self: a contact
 *
 * Gives up seeing them, or takes the question back (RFC 6121 §3.3). Without either, there is nothing to be done.
 */
void
chat_contact_stop_seeing (ChatContact *self)
{
  g_return_if_fail (CHAT_IS_CONTACT (self));

  if (sees_them (self) || chat_contact_is_asked (self))
    say (self, XMPP_PRESENCE_UNSUBSCRIBE, NULL);
}

/**
 * chat_contact_allow:
 * @self: a contact
 *
 * Lets them see us: when they ask (RFC 6121 §3.1.4), or before they do when the server can keep that (§3.4). A consent
 * that would be lost, or that they have already, is not given.
 */
void
chat_contact_allow (ChatContact *self)
{
  gboolean is_ahead;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  is_ahead = chat_contact_can_allow_ahead (self) && !chat_contact_sees_us (self) && !chat_contact_is_approved (self);
  if (!chat_contact_can_act (self) || (!chat_contact_is_asking (self) && !is_ahead))
    return;
  say (self, XMPP_PRESENCE_SUBSCRIBED, NULL);
  chat_contact_take_request (self, FALSE, NULL);
}

/**
 * chat_contact_refuse:
 * @self: a contact
 *
 * Refuses them when they ask (RFC 6121 §3.1.4), ends that they see us (§3.2), and takes back what was allowed ahead
 * (§3.4.2). It is said whatever we believe about them, so that nobody goes on seeing us because of what we have not
 * heard yet; when there is nothing to refuse, the server keeps it to itself.
 */
void
chat_contact_refuse (ChatContact *self)
{
  g_return_if_fail (CHAT_IS_CONTACT (self));

  if (!chat_contact_can_act (self))
    return;
  say (self, XMPP_PRESENCE_UNSUBSCRIBED, NULL);
  chat_contact_take_request (self, FALSE, NULL);
}

/**
 * chat_contact_add_async:
 * @self: somebody; when they are in the roster already, their name and groups are replaced
 * @name: (nullable): what to call them, up to %XMPP_ROSTER_MAX_GROUP bytes
 * @groups: (nullable) (array zero-terminated=1): names of groups, up to as many bytes each
 * @text: (nullable): words for them
 * @allow: whether they may see us, when they ask or when that can be said ahead
 * @cancellable: (nullable): gives up waiting; what the server has taken over stays
 * @callback: called when they are in the roster and asked, or not
 * @user_data: for @callback
 *
 * Adds a contact (RFC 6121 §2.3). Once the server keeps them they are allowed to see us, if @allow says so, and asked
 * whether we may see them.
 */
void
chat_contact_add_async (ChatContact *self,
                        const char *name,
                        const char *const *groups,
                        const char *text,
                        gboolean allow,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppRosterItem) item = NULL;
  XmppSession *session;
  Addition *addition;
  GError *error = NULL;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  g_task_set_source_tag (task, chat_contact_add_async);
  addition = g_new0 (Addition, 1);
  addition->text = g_strdup (text);
  addition->allow = allow;
  g_task_set_task_data (task, addition, addition_free);
  session = begin_act (self, task);
  if (session == NULL)
    return;
  item = make_item (self, name, groups, &error);
  if (item == NULL)
    g_task_return_error (task, error);
  else
    xmpp_roster_set_async (session, item, cancellable, add_cb, g_steal_pointer (&task));
}

/**
 * chat_contact_add_finish:
 * @self: a contact
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with an error set: %XMPP_STANZA_ERROR with the server's reason,
 *   %XMPP_STANZA_ERROR_NOT_ALLOWED for the account's own address, %XMPP_STANZA_ERROR_NOT_ACCEPTABLE for a name that is
 *   too long or has control characters, %G_IO_ERROR_NOT_CONNECTED when the account is not online (then they may be in
 *   the roster, but are not asked), or another error of an iq
 */
gboolean
chat_contact_add_finish (ChatContact *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_contact_change_async:
 * @self: somebody in the roster
 * @name: (nullable): what to call them, up to %XMPP_ROSTER_MAX_GROUP bytes
 * @groups: (nullable) (array zero-terminated=1): names of all their groups, up to as many bytes each
 * @cancellable: (nullable): gives up waiting
 * @callback: called when it is changed, or not
 * @user_data: for @callback
 *
 * Changes name and groups of a contact (RFC 6121 §2.4). Who sees whom stays as it is.
 */
void
chat_contact_change_async (ChatContact *self,
                           const char *name,
                           const char *const *groups,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppRosterItem) item = NULL;
  XmppSession *session;
  GError *error = NULL;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  g_task_set_source_tag (task, chat_contact_change_async);
  session = begin_act (self, task);
  if (session == NULL)
    return;
  if (!chat_contact_is_contact (self)) {
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, "Not in the roster");
    return;
  }
  item = make_item (self, name, groups, &error);
  if (item == NULL)
    g_task_return_error (task, error);
  else
    xmpp_roster_set_async (session, item, cancellable, change_cb, g_steal_pointer (&task));
}

/**
 * chat_contact_change_finish:
 * @self: a contact
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with an error set: as chat_contact_add_finish(), and %XMPP_STANZA_ERROR_ITEM_NOT_FOUND for
 *   somebody who is not in the roster
 */
gboolean
chat_contact_change_finish (ChatContact *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_contact_remove_async:
 * @self: somebody in the roster
 * @cancellable: (nullable): gives up waiting
 * @callback: called when they are removed, or not
 * @user_data: for @callback
 *
 * Removes a contact (RFC 6121 §2.5). The server ends both subscriptions and takes back what was asked; when they are
 * asking, they are refused.
 */
void
chat_contact_remove_async (ChatContact *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  XmppSession *session;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  g_task_set_source_tag (task, chat_contact_remove_async);
  session = begin_act (self, task);
  if (session == NULL)
    return;
  if (chat_contact_is_contact (self))
    xmpp_roster_remove_async (session, chat_contact_get_jid (self), cancellable, remove_cb, g_steal_pointer (&task));
  else
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, "Not in the roster");
}

/**
 * chat_contact_remove_finish:
 * @self: a contact
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with an error set: %XMPP_STANZA_ERROR with the server's reason,
 *   %XMPP_STANZA_ERROR_ITEM_NOT_FOUND for somebody who is not in the roster, %G_IO_ERROR_NOT_CONNECTED when the account
 *   is not online, or another error of an iq
 */
gboolean
chat_contact_remove_finish (ChatContact *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
