/* What an account's archive still has for us: the gaps, and how far reading them has come. */
#include "chat-history.h"

#include <string.h>

struct _ChatHistory {
  GObject           parent;
  GArray           *gaps;           /* (owned) of ChatHistoryGap */
  gint64            read_back_to;   /* µs since 1970 UTC, 0: not known */
  guint             n_read;
  ChatHistoryState  state;
  gboolean          is_current;
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_N_READ,
  PROP_READ_BACK_TO,
  PROP_IS_CURRENT,
  N_PROPS,
};

enum {
  GAPS_CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChatHistory, chat_history, G_TYPE_OBJECT)

static void
chat_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatHistory *self = CHAT_HISTORY (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_N_READ:
    g_value_set_uint (value, self->n_read);
    break;
  case PROP_READ_BACK_TO:
    g_value_set_int64 (value, self->read_back_to);
    break;
  case PROP_IS_CURRENT:
    g_value_set_boolean (value, self->is_current);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_history_finalize (GObject *object)
{
  g_array_unref (CHAT_HISTORY (object)->gaps);
  G_OBJECT_CLASS (chat_history_parent_class)->finalize (object);
}

static void
chat_history_class_init (ChatHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_history_get_property;
  object_class->finalize = chat_history_finalize;

  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, CHAT_HISTORY_IDLE, CHAT_HISTORY_ABSENT,
                                        CHAT_HISTORY_IDLE, flags);
  props[PROP_N_READ] = g_param_spec_uint ("n-read", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_READ_BACK_TO] = g_param_spec_int64 ("read-back-to", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_IS_CURRENT] = g_param_spec_boolean ("is-current", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * ChatHistory::gaps-changed:
   *
   * A gap was opened, became smaller or is closed.
   */
  signals[GAPS_CHANGED] = g_signal_new ("gaps-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
chat_history_init (ChatHistory *self)
{
  self->gaps = g_array_new (FALSE, FALSE, sizeof (ChatHistoryGap));
}

/**
 * chat_history_new:
 *
 * Returns: (transfer full): the history of an archive of which nothing is known yet
 */
ChatHistory *
chat_history_new (void)
{
  return g_object_new (CHAT_TYPE_HISTORY, NULL);
}

/**
 * chat_history_get_state:
 * @self: a history
 *
 * Returns: what reading is doing
 */
ChatHistoryState
chat_history_get_state (ChatHistory *self)
{
  g_return_val_if_fail (CHAT_IS_HISTORY (self), CHAT_HISTORY_IDLE);

  return self->state;
}

/**
 * chat_history_get_n_read:
 * @self: a history
 *
 * Returns: how many messages were read and stored since reading began
 */
guint
chat_history_get_n_read (ChatHistory *self)
{
  g_return_val_if_fail (CHAT_IS_HISTORY (self), 0);

  return self->n_read;
}

/**
 * chat_history_get_read_back_to:
 * @self: a history
 *
 * Returns: when the oldest message was said that was read, in µs since 1970 UTC; 0: not known
 */
gint64
chat_history_get_read_back_to (ChatHistory *self)
{
  g_return_val_if_fail (CHAT_IS_HISTORY (self), 0);

  return self->read_back_to;
}

/**
 * chat_history_has_gap_between:
 * @self: a history
 * @before: where a line of a conversation stands, 0: there is none before @after
 * @after: where the next one stands, %G_MAXINT64: there is none
 *
 * A gap is read from its newest end on, so it is seen where reading has come: what is below that and was known before
 * lies somewhere in it.
 *
 * Returns: whether something may have been said between the two that was not read yet
 */
gboolean
chat_history_has_gap_between (ChatHistory *self, gint64 before, gint64 after)
{
  g_return_val_if_fail (CHAT_IS_HISTORY (self), FALSE);

  for (guint i = 0; i < self->gaps->len; i++) {
    const ChatHistoryGap *gap = &g_array_index (self->gaps, ChatHistoryGap, i);

    if (before < gap->high && after >= gap->high)
      return TRUE;
  }
  return FALSE;
}

/**
 * chat_history_is_current:
 * @self: a history
 *
 * Returns: whether what was said last before the session began is here: its newest page was stored, there is none, or
 *   it cannot be had for now. What is said from now on stands behind it.
 */
gboolean
chat_history_is_current (ChatHistory *self)
{
  g_return_val_if_fail (CHAT_IS_HISTORY (self), FALSE);

  return self->is_current;
}

/**
 * chat_history_set_state:
 * @self: a history
 * @state: what reading is doing now
 */
void
chat_history_set_state (ChatHistory *self, ChatHistoryState state)
{
  g_return_if_fail (CHAT_IS_HISTORY (self));

  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * chat_history_set_current:
 * @self: a history
 * @is_current: whether the newest page of this session is here, or none is to come
 */
void
chat_history_set_current (ChatHistory *self, gboolean is_current)
{
  g_return_if_fail (CHAT_IS_HISTORY (self));

  if (self->is_current == is_current)
    return;
  self->is_current = is_current;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_CURRENT]);
}

/**
 * chat_history_set_progress:
 * @self: a history
 * @n_read: how many messages were read and stored since reading began
 * @read_back_to: when the oldest of them was said, in µs since 1970 UTC; 0: not known
 */
void
chat_history_set_progress (ChatHistory *self, guint n_read, gint64 read_back_to)
{
  g_return_if_fail (CHAT_IS_HISTORY (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->n_read != n_read) {
    self->n_read = n_read;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_READ]);
  }
  if (self->read_back_to != read_back_to) {
    self->read_back_to = read_back_to;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READ_BACK_TO]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_history_set_gaps:
 * @self: a history
 * @gaps: (array length=n) (nullable): all gaps there are; copied
 * @n: how many
 */
void
chat_history_set_gaps (ChatHistory *self, const ChatHistoryGap *gaps, guint n)
{
  g_return_if_fail (CHAT_IS_HISTORY (self));

  if (self->gaps->len == n && (n == 0 || memcmp (self->gaps->data, gaps, n * sizeof *gaps) == 0))
    return;
  g_array_set_size (self->gaps, 0);
  if (n > 0)
    g_array_append_vals (self->gaps, gaps, n);
  g_signal_emit (self, signals[GAPS_CHANGED], 0);
}
