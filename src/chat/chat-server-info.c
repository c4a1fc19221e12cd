/* What an account's server is: its software, what it can do, and how far away it is.
 *
 * Four questions go out together. Which of them are answered is the server's business: what it does not say is left
 * out. */
#include "chat-server-info.h"

#include <string.h>

#include "base-text.h"
#include "xep-0030-disco.h"
#include "xep-0092-version.h"
#include "xep-0199-ping.h"

#define MAX_FEATURE 200   /* characters of a feature's name */

typedef struct {
  ChatServerInfo *info;       /* (owned, nullable) */
  GPtrArray      *features;   /* (owned) of char *, (owned): as they came */
  guint           waiting;    /* questions that are not answered yet */
} Asking;

static void
asking_free (Asking *self)
{
  g_clear_pointer (&self->info, chat_server_info_free);
  g_ptr_array_unref (self->features);
  g_free (self);
}

static int
compare_features (gconstpointer left,
                  gconstpointer right)
{
  return strcmp (*(const char *const *) left, *(const char *const *) right);
}

static char **
asking_sort_features (Asking *self)
{
  GPtrArray *all = self->features;
  g_autoptr (GStrvBuilder) sorted = g_strv_builder_new ();

  g_ptr_array_sort (all, compare_features);
  for (guint i = 0; i < all->len; i++) {
    if (i == 0 || !g_str_equal (all->pdata[i], all->pdata[i - 1]))
      g_strv_builder_add (sorted, all->pdata[i]);
  }

  return g_strv_builder_end (sorted);
}

/* One question has its answer, or will not get any. An account that went offline meanwhile has no server to tell of. */
static void
asking_answered (GTask *task)
{
  Asking *self = g_task_get_task_data (task);
  ChatAccount *account = g_task_get_source_object (task);

  if (--self->waiting > 0 || g_task_return_error_if_cancelled (task))
    return;
  if (xmpp_session_get_state (chat_account_get_session (account)) != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }
  self->info->features = asking_sort_features (self);
  g_task_return_pointer (task, g_steal_pointer (&self->info), (GDestroyNotify) chat_server_info_free);
}

static void
ping_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *self = g_task_get_task_data (task);

  self->info->round_trip = xmpp_ping_finish (XMPP_SESSION (source), result, NULL);
  asking_answered (task);
}

static void
version_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *self = g_task_get_task_data (task);
  g_autoptr (XmppVersion) version = xmpp_version_ask_finish (XMPP_SESSION (source), result, NULL);

  if (version != NULL && version->name != NULL)
    self->info->software = version->version != NULL ? g_strdup_printf ("%s %s", version->name, version->version)
                                                    : g_strdup (version->name);
  asking_answered (task);
}

static void
disco_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *self = g_task_get_task_data (task);
  g_autoptr (XmppDiscoInfo) disco = xmpp_disco_info_finish (XMPP_SESSION (source), result, NULL);

  for (gsize i = 0; disco != NULL && disco->features[i] != NULL; i++) {
    g_autofree char *name = base_text_line (disco->features[i], MAX_FEATURE);

    if (*name != '\0')
      g_ptr_array_add (self->features, g_steal_pointer (&name));
  }
  asking_answered (task);
}

/**
 * chat_server_info_async:
 * @account: an account that is online
 * @cancellable: (nullable): to give up waiting
 * @callback: called when all is known that is going to be
 * @user_data: for @callback
 *
 * Asks an account's server what it is: its software (XEP-0092), what it can do itself and for the account (XEP-0030),
 * and for a sign of life (XEP-0199). All of it is what the server says, made fit to be shown.
 */
void
chat_server_info_async (ChatAccount         *account,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (account, cancellable, callback, user_data);
  XmppSession *session = chat_account_get_session (account);
  Asking *self;
  XmppJid *jid, *server;

  g_task_set_source_tag (task, chat_server_info_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (xmpp_session_get_state (session) != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }
  self = g_new0 (Asking, 1);
  self->info = g_new0 (ChatServerInfo, 1);
  self->info->round_trip = -1;
  self->features = g_ptr_array_new_with_free_func (g_free);
  self->waiting = 4;
  g_task_set_task_data (task, self, (GDestroyNotify) asking_free);

  jid = xmpp_session_get_account (session);
  server = xmpp_jid_get_server (jid);
  xmpp_ping_async (session, cancellable, ping_cb, g_object_ref (task));
  xmpp_version_ask_async (session, server, cancellable, version_cb, g_object_ref (task));
  xmpp_disco_info_async (session, server, NULL, cancellable, disco_cb, g_object_ref (task));
  xmpp_disco_info_async (session, jid, NULL, cancellable, disco_cb, g_object_ref (task));
}

/**
 * chat_server_info_finish:
 * @account: an account
 * @result: what the callback was given
 * @error: %G_IO_ERROR_NOT_CONNECTED when the account is not online, or not any more; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): what is known; %NULL on error
 */
ChatServerInfo *
chat_server_info_finish (ChatAccount   *account,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, account), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_server_info_free:
 * @self: (transfer full): what a server is
 */
void
chat_server_info_free (ChatServerInfo *self)
{
  g_free (self->software);
  g_strfreev (self->features);
  g_free (self);
}
