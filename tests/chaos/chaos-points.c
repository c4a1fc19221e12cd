/* The named points at which the chaos client dies, and its view of the lines: the linker puts these functions between
 * the product's files (-Wl,--wrap), in this one program only.
 *
 *     entry           a message was read from the stream and handed to who stores it
 *     before-commit   rows are written, the transaction is open
 *     after-commit    they are on the disk, and nobody knows it yet
 *     page            a page of the archive is written, how far the gap is read is not
 *     after-write     bytes have left for the socket
 *     before-ack      the server is about to be told what we have
 *     acked           the server has told us what it has, and nobody has stored it */
#include "chaos-points.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "chat-conversation-private.h"
#include "store-archives.h"
#include "xmpp-life.h"
#include "xmpp-router.h"
#include "xmpp-session.h"

static const char *const points[] = {
  "entry", "before-commit", "after-commit", "page", "after-write", "before-ack", "acked", NULL,
};

/* The writer thread passes here too. */
static gint armed = -1;   /* index of points */
static gint left;

void
chaos_points_arm (const char *point, guint count)
{
  for (gint i = 0; points[i] != NULL; i++)
    if (g_str_equal (points[i], point)) {
      g_atomic_int_set (&left, (gint) count);
      g_atomic_int_set (&armed, i);
      return;
    }
  g_error ("there is no point %s", point);
}

static void
pass (const char *point)
{
  gint i = g_atomic_int_get (&armed);

  if (i >= 0 && g_str_equal (points[i], point) && g_atomic_int_dec_and_test (&left))
    kill (getpid (), SIGKILL);
}

#define WRAPPED(type, name, parameters) \
  type __real_##name parameters; \
  type __wrap_##name parameters

WRAPPED (void, xmpp_router_message, (XmppRouter *self, XmppNode *message));
WRAPPED (gboolean, store_db_commit, (StoreDb *self, GError **error));
WRAPPED (gboolean, store_archives_page_rows,
         (StoreDb *db, StoreGapRow *gap, const char *first_id, gboolean complete, GError **error));
WRAPPED (gboolean, g_output_stream_write_all_finish,
         (GOutputStream *stream, GAsyncResult *result, gsize *written, GError **error));
WRAPPED (void, xmpp_life_send, (XmppLife *self, const XmppNode *stanza, GTask *written));
WRAPPED (gboolean, xmpp_session_send_message_finish, (XmppSession *self, GAsyncResult *result, GError **error));
WRAPPED (void, chat_conversation_take_row, (ChatConversation *self, const StoreMessageRow *row, gboolean is_new));
WRAPPED (void, chat_conversation_take_rows, (ChatConversation *self, GPtrArray *rows, const gboolean *are_new));
WRAPPED (void, chat_conversation_take_page,
         (ChatConversation *self, GPtrArray *rows, const gboolean *are_new, const StoreConversationRow *summary,
          gboolean is_history));

void
__wrap_xmpp_router_message (XmppRouter *self, XmppNode *message)
{
  __real_xmpp_router_message (self, message);
  pass ("entry");
}

gboolean
__wrap_store_db_commit (StoreDb *self, GError **error)
{
  gboolean is_done;

  pass ("before-commit");
  is_done = __real_store_db_commit (self, error);
  pass ("after-commit");
  return is_done;
}

gboolean
__wrap_store_archives_page_rows (StoreDb *db, StoreGapRow *gap, const char *first_id, gboolean complete, GError **error)
{
  pass ("page");
  return __real_store_archives_page_rows (db, gap, first_id, complete, error);
}

gboolean
__wrap_g_output_stream_write_all_finish (GOutputStream *stream, GAsyncResult *result, gsize *written, GError **error)
{
  gboolean is_done = __real_g_output_stream_write_all_finish (stream, result, written, error);

  pass ("after-write");
  return is_done;
}

void
__wrap_xmpp_life_send (XmppLife *self, const XmppNode *stanza, GTask *written)
{
  if (g_str_equal (xmpp_node_get_name (stanza), "a"))
    pass ("before-ack");
  __real_xmpp_life_send (self, stanza, written);
}

gboolean
__wrap_xmpp_session_send_message_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  gboolean is_sent = __real_xmpp_session_send_message_finish (self, result, error);

  if (is_sent)
    pass ("acked");
  return is_sent;
}

/* What the user is shown of a line of ours that is stored. */
static void
tell_line (const StoreMessageRow *row)
{
  static const char *const states[] = { "received", "pending", "failed", "sent", "delivered", "read" };

  if (row->outgoing && row->id != 0) {
    printf ("line %s %s\n", row->body, states[row->state]);
    fflush (stdout);
  }
}

void
__wrap_chat_conversation_take_row (ChatConversation *self, const StoreMessageRow *row, gboolean is_new)
{
  tell_line (row);
  __real_chat_conversation_take_row (self, row, is_new);
}

void
__wrap_chat_conversation_take_rows (ChatConversation *self, GPtrArray *rows, const gboolean *are_new)
{
  for (guint i = 0; i < rows->len; i++)
    tell_line (rows->pdata[i]);
  __real_chat_conversation_take_rows (self, rows, are_new);
}

void
__wrap_chat_conversation_take_page (ChatConversation *self, GPtrArray *rows, const gboolean *are_new,
                                    const StoreConversationRow *summary, gboolean is_history)
{
  for (guint i = 0; i < rows->len; i++)
    tell_line (rows->pdata[i]);
  __real_chat_conversation_take_page (self, rows, are_new, summary, is_history);
}
