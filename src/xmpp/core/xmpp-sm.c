/* The arithmetic of stream management (XEP-0198): what came and is handled, what went and is not confirmed.
 *
 *   in     base ······· handled ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ received        h = handled − base, mod 2³²
 *          (the server's 0)      │ holds of each, 0: done
 *                                └ its first is held, so nobody behind it counts yet
 *
 *   out    0 ···· confirmed ░░░░░░░░░░░░░░░░░░░░░ sent            the server's h, mod 2³², lies in here
 *                            └ the queue
 *
 * No clock, no stream, no session: xmpp-session-sm.c says when to ask and when to answer. */
#include "xmpp-sm.h"

#define COMPACT_AFTER 256   /* numbers that are done at the array's beginning, before they are moved out of it */

/* What was sent and may yet be lost. */
typedef struct {
  XmppNode *stanza;   /* (owned) */
  GTask    *task;     /* (owned, nullable) */
} Sent;

struct _XmppSm {
  guint64  base;        /* number of the stanza before the server's first; wraps below 0 */
  guint64  handled;
  guint64  received;
  GArray  *holds;       /* (owned) of guint, for handled + 1 … received, behind those that are done */
  guint    done;        /* how many at its beginning are */

  guint64  sent;
  guint64  confirmed;
  GQueue   queue;       /* of Sent, (owned): confirmed + 1 … sent */
  guint    awaited;     /* of them with a task */
};

static void
sent_free (Sent *self)
{
  xmpp_node_free (self->stanza);
  g_clear_object (&self->task);
  g_free (self);
}

static void
sm_forget_holds (XmppSm *self)
{
  self->handled = self->received;
  self->done = 0;
  g_array_set_size (self->holds, 0);
}

/* How often @seq is held. NULL: it is handled, or of a session that nobody counts any more. */
static guint *
sm_find_hold (XmppSm  *self,
              guint64  seq)
{
  if (seq <= self->handled || seq > self->received)
    return NULL;
  return &g_array_index (self->holds, guint, self->done + (guint) (seq - self->handled - 1));
}

static void
sm_pop (XmppSm    *self,
        GPtrArray *tasks)
{
  Sent *sent = g_queue_pop_head (&self->queue);

  if (sent->task != NULL) {
    self->awaited--;
    g_ptr_array_add (tasks, g_steal_pointer (&sent->task));
  }
  sent_free (sent);
}

/**
 * xmpp_sm_new:
 *
 * Returns: (transfer full): counters that nothing has come or gone by yet
 */
XmppSm *
xmpp_sm_new (void)
{
  XmppSm *self = g_new0 (XmppSm, 1);

  self->holds = g_array_new (FALSE, TRUE, sizeof (guint));
  g_queue_init (&self->queue);
  return self;
}

/**
 * xmpp_sm_free:
 * @self: (transfer full): the counters; whoever waits for what was sent has been told
 */
void
xmpp_sm_free (XmppSm *self)
{
  g_array_unref (self->holds);
  g_queue_clear_full (&self->queue, (GDestroyNotify) sent_free);
  g_free (self);
}

/**
 * xmpp_sm_begin_in:
 * @self: the counters
 * @already: which of the server's stanzas came last: 0 in a new session; in one that goes on, the h that we told it
 *
 * From now on the next stanza is the server's @already + 1. What came before, and what is held of it, counts no more:
 * in a session that goes on the server sends again whatever it was not told of (XEP-0198 §5).
 */
void
xmpp_sm_begin_in (XmppSm  *self,
                  guint64  already)
{
  self->base = self->received - already;
  sm_forget_holds (self);
}

/**
 * xmpp_sm_receive:
 * @self: the counters
 *
 * Counts a stanza that came. It is held once, by whoever calls this, until it has been looked at.
 *
 * Returns: its number, from 1 on
 */
guint64
xmpp_sm_receive (XmppSm *self)
{
  const guint once = 1;

  g_array_append_val (self->holds, once);
  return ++self->received;
}

/**
 * xmpp_sm_hold:
 * @self: the counters
 * @seq: a stanza's number
 *
 * Keeps @seq, and with it all that comes after, from being handled until xmpp_sm_release() was called as often as this.
 */
void
xmpp_sm_hold (XmppSm  *self,
              guint64  seq)
{
  guint *holds = sm_find_hold (self, seq);

  if (holds != NULL)
    (*holds)++;
}

/**
 * xmpp_sm_release:
 * @self: the counters
 * @seq: a stanza's number
 *
 * Takes a hold back. Nothing happens when @seq belongs to a session that is over. Each stanza is passed once, whatever
 * the order of the releases.
 *
 * Returns: whether more is handled now
 */
gboolean
xmpp_sm_release (XmppSm  *self,
                 guint64  seq)
{
  guint64 before = self->handled;
  guint *holds = sm_find_hold (self, seq);

  if (holds == NULL || *holds == 0)
    return FALSE;
  (*holds)--;
  while (self->done < self->holds->len && g_array_index (self->holds, guint, self->done) == 0) {
    self->done++;
    self->handled++;
  }
  if (self->done == self->holds->len || (self->done >= COMPACT_AFTER && self->done >= self->holds->len / 2)) {
    g_array_remove_range (self->holds, 0, self->done);
    self->done = 0;
  }
  return self->handled > before;
}

/**
 * xmpp_sm_get_received:
 * @self: the counters
 *
 * Returns: the number of the last stanza that came; 0: none did
 */
guint64
xmpp_sm_get_received (XmppSm *self)
{
  return self->received;
}

/**
 * xmpp_sm_get_handled:
 * @self: the counters
 *
 * Returns: the number of the newest stanza that neither itself nor any before it is held
 */
guint64
xmpp_sm_get_handled (XmppSm *self)
{
  return self->handled;
}

/**
 * xmpp_sm_get_h:
 * @self: the counters
 *
 * Returns: what is handled as the server counts it (XEP-0198 §4)
 */
guint32
xmpp_sm_get_h (XmppSm *self)
{
  return (guint32) (self->handled - self->base);
}

/**
 * xmpp_sm_begin_out:
 * @self: the counters; nothing waits
 * @already: how many stanzas the server has been sent and has confirmed: 0 in a new session
 */
void
xmpp_sm_begin_out (XmppSm  *self,
                   guint64  already)
{
  g_return_if_fail (g_queue_is_empty (&self->queue));

  self->sent = self->confirmed = already;
}

/**
 * xmpp_sm_send:
 * @self: the counters
 * @stanza: (transfer full): what is being sent
 * @task: (transfer full) (nullable): handed out again with what becomes of @stanza
 */
void
xmpp_sm_send (XmppSm   *self,
              XmppNode *stanza,
              GTask    *task)
{
  Sent *sent = g_new0 (Sent, 1);

  sent->stanza = stanza;
  sent->task = task;
  self->awaited += task != NULL ? 1 : 0;
  self->sent++;
  g_queue_push_tail (&self->queue, sent);
}

/**
 * xmpp_sm_ack:
 * @self: the counters
 * @h: how many stanzas the server says it has handled, mod 2³²
 * @tasks: (element-type GTask): gets the tasks of those that were not confirmed before
 *
 * What is confirmed is confirmed for good: an @h that lies behind it changes nothing.
 *
 * Returns: what @h is worth
 */
XmppSmVerdict
xmpp_sm_ack (XmppSm    *self,
             guint32    h,
             GPtrArray *tasks)
{
  guint32 ahead = h - (guint32) self->confirmed;
  guint32 behind = (guint32) self->confirmed - h;

  if (ahead > self->queue.length)
    return behind <= self->confirmed && behind <= G_MAXINT32 ? XMPP_SM_STALE : XMPP_SM_TOO_HIGH;
  self->confirmed += ahead;
  for (; ahead > 0; ahead--)
    sm_pop (self, tasks);
  return XMPP_SM_FINE;
}

/**
 * xmpp_sm_forget:
 * @self: the counters
 * @tasks: (element-type GTask): gets the tasks of all that waits, in order
 *
 * Drops what waits: there is no session any more that it could be confirmed in.
 */
void
xmpp_sm_forget (XmppSm    *self,
                GPtrArray *tasks)
{
  while (!g_queue_is_empty (&self->queue))
    sm_pop (self, tasks);
  self->sent = self->confirmed;
}

/**
 * xmpp_sm_each:
 * @self: the counters
 * @call: called for each stanza that waits, in the order in which they were sent; must not change the counters
 * @user_data: for @call
 */
void
xmpp_sm_each (XmppSm   *self,
              void    (*call) (XmppNode *stanza, gpointer user_data),
              gpointer  user_data)
{
  for (GList *link = self->queue.head; link != NULL; link = link->next)
    call (((Sent *) link->data)->stanza, user_data);
}

/**
 * xmpp_sm_get_sent:
 * @self: the counters
 *
 * Returns: how many stanzas were sent since counting began
 */
guint64
xmpp_sm_get_sent (XmppSm *self)
{
  return self->sent;
}

/**
 * xmpp_sm_get_waiting:
 * @self: the counters
 *
 * Returns: how many stanzas wait to be confirmed
 */
guint
xmpp_sm_get_waiting (XmppSm *self)
{
  return self->queue.length;
}

/**
 * xmpp_sm_get_awaited:
 * @self: the counters
 *
 * Returns: how many of the stanzas that wait have a task
 */
guint
xmpp_sm_get_awaited (XmppSm *self)
{
  return self->awaited;
}

/**
 * xmpp_sm_parse_h:
 * @text: (nullable): an attribute "h"
 * @h: (out): its value
 *
 * Returns: whether @text is an unsigned number of 32 bits, in digits and nothing else
 */
gboolean
xmpp_sm_parse_h (const char *text,
                 guint32    *h)
{
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL))
    return FALSE;
  *h = (guint32) value;
  return TRUE;
}
