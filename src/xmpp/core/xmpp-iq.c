/* Questions under way: matched by id and sender, ended by reply, error, deadline, cancellation or close. */
#include "xmpp-iq.h"

#include "crypto-hash.h"
#include "xmpp-error.h"

/* One question: what its answer must look like, and what else can end it. */
typedef struct {
  XmppIqTable *table;     /* (borrowed) */
  char        *id;
  XmppJid     *to;        /* (owned, nullable) whom we asked; NULL: our own account */
  XmppJid     *own;       /* (owned, nullable) who we were when we asked */
  GTask       *task;      /* (owned) until it is answered */
  GSource     *cancel;    /* (owned, nullable) */
  guint        deadline;
} Question;

struct _XmppIqTable {
  BaseClock  *clock;
  GHashTable *questions;   /* id (borrowed from the value) → Question (owned) */
};

static void
question_free (Question *self)
{
  if (self->deadline != 0)
    base_clock_remove (self->table->clock, self->deadline);
  if (self->cancel != NULL) {
    g_source_destroy (self->cancel);
    g_source_unref (self->cancel);
  }
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_clear_pointer (&self->own, xmpp_jid_unref);
  g_clear_object (&self->task);
  g_free (self->id);
  g_free (self);
}

/* Takes the question off the table and hands out its task: a caller's callback, which may run before
 * g_task_return_*() returns, finds no trace of it. */
static GTask *
question_end (Question *self)
{
  GTask *task = g_steal_pointer (&self->task);

  g_hash_table_remove (self->table->questions, self->id);
  return task;
}

static gboolean
question_deadline_cb (gpointer user_data)
{
  Question *self = user_data;

  self->deadline = 0;
  g_autoptr (GTask) task = question_end (self);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer in time");
  return G_SOURCE_REMOVE;
}

static gboolean
question_cancelled_cb (GCancellable *cancellable,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = question_end (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* Who may answer (RFC 6120 §8.1.2.1, §10.3.3): our server speaks for our account without a 'from', or as our bare or
 * full address, and for itself without one too, since it stamps everything that comes from elsewhere; everybody else
 * must be exactly who was asked. */
static gboolean
question_may_be_answered_by (const Question *self,
                             const char     *from)
{
  g_autoptr (XmppJid) sender = NULL;
  gboolean asked_account = self->to == NULL || (self->own != NULL && xmpp_jid_is_bare (self->to)
                                                && xmpp_jid_equal_bare (self->to, self->own));

  if (from == NULL)
    return asked_account || (self->own != NULL && xmpp_jid_equal (self->to, xmpp_jid_get_server (self->own)));
  if ((sender = xmpp_jid_new (from, NULL)) == NULL)
    return FALSE;
  if (!asked_account)
    return xmpp_jid_equal (sender, self->to);
  return self->own != NULL
         && (xmpp_jid_equal (sender, self->own) || xmpp_jid_equal (sender, xmpp_jid_get_bare (self->own)));
}

/* What answers somebody else's question answers none of ours. Until an address is bound a server may not know ours. */
static gboolean
question_was_asked_by (const Question *self,
                       const char     *to)
{
  return to == NULL || self->own == NULL || xmpp_jid_matches (self->own, to)
         || xmpp_jid_matches (xmpp_jid_get_bare (self->own), to);
}

/**
 * xmpp_iq_table_new:
 * @clock: what deadlines are measured with
 *
 * Returns: (transfer full): a table without questions
 */
XmppIqTable *
xmpp_iq_table_new (BaseClock *clock)
{
  XmppIqTable *self = g_new0 (XmppIqTable, 1);

  self->clock = base_clock_ref (clock);
  self->questions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) question_free);
  return self;
}

/**
 * xmpp_iq_table_free:
 * @self: (transfer full): a table
 *
 * Frees the table; what still waits fails with %G_IO_ERROR_CLOSED.
 */
void
xmpp_iq_table_free (XmppIqTable *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The session is gone");

  xmpp_iq_table_close (self, error);
  g_hash_table_unref (self->questions);
  base_clock_unref (self->clock);
  g_free (self);
}

/**
 * xmpp_iq_table_add:
 * @self: a table
 * @iq: the question that is about to be sent; gets a random id when it has none, or one that is in use
 * @own: (nullable): the bound full JID
 * @timeout_us: how long to wait, in µs
 * @task: (transfer full): returns the reply as an #XmppNode
 *
 * Waits for the answer to @iq. @task ends exactly once: with the reply; with an #XMPP_STANZA_ERROR when the answer is
 * an error; with %G_IO_ERROR_TIMED_OUT; with %G_IO_ERROR_CANCELLED when the task's cancellable is cancelled; or with
 * what xmpp_iq_table_close() says. When @iq's 'to' is no address it ends at once, with an #XMPP_JID_ERROR.
 *
 * Returns: (nullable): the question's id, owned by @iq; %NULL when the question must not be sent
 */
const char *
xmpp_iq_table_add (XmppIqTable *self,
                   XmppNode    *iq,
                   XmppJid     *own,
                   gint64       timeout_us,
                   GTask       *task)
{
  const char *id = xmpp_node_get (iq, "id");
  const char *to = xmpp_node_get (iq, "to");
  g_autoptr (GError) error = NULL;
  XmppJid *asked = NULL;
  Question *question;

  if (to != NULL && (asked = xmpp_jid_new (to, &error)) == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    g_object_unref (task);
    return NULL;
  }
  if (id == NULL || g_hash_table_contains (self->questions, id)) {
    g_autofree char *random = crypto_random_id ();

    xmpp_node_set (iq, "id", random);
  }

  question = g_new0 (Question, 1);
  question->table = self;
  question->id = g_strdup (xmpp_node_get (iq, "id"));
  question->to = asked;
  question->own = own != NULL ? xmpp_jid_ref (own) : NULL;
  question->task = task;
  question->deadline = base_clock_add (self->clock, timeout_us, question_deadline_cb, question, NULL);
  if (g_task_get_cancellable (task) != NULL) {
    /* A source and not g_cancellable_connect(): disconnecting that from inside its own callback would hang. */
    question->cancel = g_cancellable_source_new (g_task_get_cancellable (task));
    g_source_set_callback (question->cancel, G_SOURCE_FUNC (question_cancelled_cb), question, NULL);
    g_source_attach (question->cancel, g_task_get_context (task));
  }
  g_hash_table_insert (self->questions, question->id, question);
  return xmpp_node_get (iq, "id");
}

/**
 * xmpp_iq_table_take:
 * @self: a table
 * @reply: an iq of type result or error; (transfer full) when this returns %TRUE
 *
 * Ends the question that @reply answers. A reply with the right id from the wrong sender, or to somebody else, answers
 * nothing: the question keeps waiting for the true one.
 *
 * Returns: whether @reply was the answer to a question
 */
gboolean
xmpp_iq_table_take (XmppIqTable *self,
                    XmppNode    *reply)
{
  const char *id = xmpp_node_get (reply, "id");
  Question *question = id != NULL ? g_hash_table_lookup (self->questions, id) : NULL;
  g_autoptr (GTask) task = NULL;

  if (question == NULL || !question_may_be_answered_by (question, xmpp_node_get (reply, "from"))
      || !question_was_asked_by (question, xmpp_node_get (reply, "to"))) {
    g_debug ("dropped an iq reply that answers nothing");
    return FALSE;
  }

  task = question_end (question);
  if (g_strcmp0 (xmpp_node_get (reply, "type"), "error") == 0) {
    g_task_return_error (task, xmpp_error_from_stanza (reply));
    xmpp_node_free (reply);
  } else {
    g_task_return_pointer (task, reply, (GDestroyNotify) xmpp_node_free);
  }
  return TRUE;
}

/**
 * xmpp_iq_table_close:
 * @self: a table
 * @error: what to tell those who wait
 *
 * Fails every question under way with a copy of @error.
 */
void
xmpp_iq_table_close (XmppIqTable  *self,
                     const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer question;

  g_hash_table_iter_init (&iter, self->questions);
  while (g_hash_table_iter_next (&iter, NULL, &question))
    g_ptr_array_add (tasks, g_steal_pointer (&((Question *) question)->task));
  g_hash_table_remove_all (self->questions);

  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (tasks->pdata[i], g_error_copy (error));
}

/**
 * xmpp_iq_table_size:
 * @self: a table
 *
 * Returns: how many questions wait
 */
guint
xmpp_iq_table_size (XmppIqTable *self)
{
  return g_hash_table_size (self->questions);
}
