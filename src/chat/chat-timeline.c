/* A window of at most 200 messages over the store: older and newer on demand, the live end kept up to date.
 *
 *     stored, older     │        the window         │    stored, newer
 *   ····················│[first … … … … … … … last]│·····················
 *        load_older ◄── │ at-start?         at-end? │ ──► load_newer
 *
 * What it holds and how that changes is here; where its pages come from is in chat-timeline-load.c. */
#include "chat-timeline-private.h"

#include "chat-account.h"
#include "chat-message-private.h"

#define NOWHERE G_MAXUINT

enum {
  GAPS_CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[CHAT_TIMELINE_N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
list_get_n_items (GListModel *model)
{
  return CHAT_TIMELINE (model)->items->len;
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  ChatTimeline *self = CHAT_TIMELINE (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
chat_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  switch (id) {
  case CHAT_TIMELINE_AT_START:
    g_value_set_boolean (value, self->at_start);
    break;
  case CHAT_TIMELINE_AT_END:
    g_value_set_boolean (value, self->at_end);
    break;
  case CHAT_TIMELINE_LOADING:
    g_value_set_boolean (value, self->loading);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_clear_object (&self->contact);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->held);
  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

/* What is beyond an end of the window decides whether there is a gap at it. */
static void
chat_timeline_notify (GObject *object, GParamSpec *pspec)
{
  if (pspec == props[CHAT_TIMELINE_AT_START] || pspec == props[CHAT_TIMELINE_AT_END])
    g_signal_emit (object, signals[GAPS_CHANGED], 0);
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_timeline_get_property;
  object_class->finalize = chat_timeline_finalize;
  object_class->notify = chat_timeline_notify;

  props[CHAT_TIMELINE_AT_START] = g_param_spec_boolean ("at-start", NULL, NULL, FALSE, flags);
  props[CHAT_TIMELINE_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, FALSE, flags);
  props[CHAT_TIMELINE_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, CHAT_TIMELINE_N_PROPS, props);

  /**
   * ChatTimeline::gaps-changed:
   *
   * What chat_timeline_has_gap() says may be different, also of lines that have not changed.
   */
  signals[GAPS_CHANGED] = g_signal_new ("gaps-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->following = TRUE;
}

void
chat_timeline_set_flag (ChatTimeline *self, gboolean *flag, gboolean value, guint prop)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static gint64
position_at (ChatTimeline *self, guint place)
{
  return chat_message_get_position (self->items->pdata[place]);
}

/* Drops what is too much at the start, announced by itself: no view has to draw the others again. */
static void
trim_start (ChatTimeline *self, guint n)
{
  if (n == 0)
    return;
  g_ptr_array_remove_range (self->items, 0, n);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

void
chat_timeline_trim_end (ChatTimeline *self, guint n)
{
  if (n == 0)
    return;
  g_ptr_array_remove_range (self->items, self->items->len - n, n);
  g_list_model_items_changed (G_LIST_MODEL (self), self->items->len, n, 0);
}

void
chat_timeline_insert_run (ChatTimeline *self, guint place, gpointer *messages, guint n)
{
  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    g_ptr_array_insert (self->items, (int) (place + i), g_object_ref (messages[i]));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, n);
}

/* Puts messages that belong side by side into the window. What is too much goes from the start, so that the window
 * moves on with them, or from the end, so that it stays where it is. */
void
chat_timeline_add_run (ChatTimeline *self, guint place, gpointer *messages, guint n, gboolean stays)
{
  guint total = self->items->len + n;
  guint excess = total > CHAT_TIMELINE_MAX ? total - CHAT_TIMELINE_MAX : 0;
  guint from_window = MIN (excess, stays ? self->items->len - place : place);
  guint from_run = MIN (excess - from_window, n);

  g_object_freeze_notify (G_OBJECT (self));
  if (excess > 0 && stays) {
    chat_timeline_set_flag (self, &self->at_end, FALSE, CHAT_TIMELINE_AT_END);
    chat_timeline_trim_end (self, from_window);
    chat_timeline_insert_run (self, place, messages, n - from_run);
  } else {
    if (excess > 0)
      chat_timeline_set_flag (self, &self->at_start, FALSE, CHAT_TIMELINE_AT_START);
    trim_start (self, from_window);
    chat_timeline_insert_run (self, place - from_window, messages + from_run, n - from_run);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

/* What is older than the window's first line, or newer than its last, is outside of it, unless nothing is outside. */
static guint
place_in_window (ChatTimeline *self, ChatMessage *message)
{
  guint place = chat_message_place (self->items, chat_message_get_position (message));

  if ((place == 0 && self->items->len > 0 && !self->at_start) || (place == self->items->len && !self->at_end))
    return NOWHERE;
  return place;
}

static void
history_gaps_changed_cb (ChatTimeline *self)
{
  g_signal_emit (self, signals[GAPS_CHANGED], 0);
}

/**
 * chat_timeline_new:
 * @contact: with whom the conversation is
 * @conversation: conversations.id, 0: it is not stored yet
 *
 * Begins to load the newest page. What is said meanwhile is not lost.
 *
 * Returns: (transfer full): a timeline that is empty at first
 */
ChatTimeline *
chat_timeline_new (ChatContact *contact, gint64 conversation)
{
  ChatTimeline *self = g_object_new (CHAT_TYPE_TIMELINE, NULL);
  ChatAccount *account = chat_contact_get_account (contact);

  self->contact = g_object_ref (contact);
  self->conversation = conversation;
  if (account != NULL)
    g_signal_connect_object (chat_account_get_history (account), "gaps-changed",
                             G_CALLBACK (history_gaps_changed_cb), self, G_CONNECT_SWAPPED);
  if (conversation != 0) {
    chat_timeline_load (self, CHAT_TIMELINE_NEWEST, G_MAXINT64);
  } else {
    self->at_start = TRUE;
    self->at_end = TRUE;
  }
  return self;
}

/**
 * chat_timeline_set_conversation:
 * @self: a timeline
 * @conversation: conversations.id
 *
 * Tells it the key under which the store knows the conversation now.
 */
void
chat_timeline_set_conversation (ChatTimeline *self, gint64 conversation)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  self->conversation = conversation;
}

/**
 * chat_timeline_load_older:
 *
 * Puts up to CHAT_TIMELINE_PAGE older messages before the first, dropping the newest beyond the limit. Does nothing
 * at the start, or while something is being loaded.
 */
void
chat_timeline_load_older (ChatTimeline *self)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  if (!self->loading && !self->at_start && self->items->len > 0)
    chat_timeline_load (self, CHAT_TIMELINE_OLDER, position_at (self, 0));
}

/**
 * chat_timeline_load_newer:
 *
 * Puts up to CHAT_TIMELINE_PAGE newer messages behind the last, dropping the oldest beyond the limit. Does nothing
 * at the end, or while something is being loaded.
 */
void
chat_timeline_load_newer (ChatTimeline *self)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  if (!self->loading && !self->at_end && self->items->len > 0)
    chat_timeline_load (self, CHAT_TIMELINE_NEWER, position_at (self, self->items->len - 1));
}

/**
 * chat_timeline_jump_to_end:
 *
 * Replaces the window with the newest page, unless it is at the end already, and follows what is said from then on. A
 * page that is on its way is not wanted any more.
 */
void
chat_timeline_jump_to_end (ChatTimeline *self)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  self->following = TRUE;
  if (!self->at_end && !self->replacing)
    chat_timeline_load (self, CHAT_TIMELINE_NEWEST, G_MAXINT64);
}

/**
 * chat_timeline_set_following:
 * @self: a timeline
 * @following: whether the newest lines are what is looked at, as they are at first
 *
 * A full window that follows drops its oldest lines for new ones. One that does not stays as it is, and is no longer at
 * the end then.
 */
void
chat_timeline_set_following (ChatTimeline *self, gboolean following)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  self->following = following;
}

/**
 * chat_timeline_get_at_start:
 *
 * Returns: whether nothing older is stored
 */
gboolean
chat_timeline_get_at_start (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), FALSE);

  return self->at_start;
}

/**
 * chat_timeline_get_at_end:
 *
 * Returns: whether nothing newer is stored, so that live lines come in
 */
gboolean
chat_timeline_get_at_end (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), FALSE);

  return self->at_end;
}

/**
 * chat_timeline_get_loading:
 *
 * Returns: whether a page is on its way
 */
gboolean
chat_timeline_get_loading (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), FALSE);

  return self->loading;
}

/**
 * chat_timeline_add:
 * @message: one that is not in it
 *
 * Puts a message at its position. Nothing happens when that is outside of the window: before its first line, or
 * behind its last when it is not at the end.
 */
void
chat_timeline_add (ChatTimeline *self, ChatMessage *message)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();

  g_ptr_array_add (messages, message);
  chat_timeline_add_many (self, messages);
}

/**
 * chat_timeline_add_many:
 * @messages: (element-type ChatMessage): some that are not in it, by position
 *
 * Does the same for many. When they belong side by side, as new lines do, they are announced as one change.
 */
void
chat_timeline_add_many (ChatTimeline *self, GPtrArray *messages)
{
  guint i = 0;

  g_return_if_fail (CHAT_IS_TIMELINE (self));

  if (self->replacing) {
    for (; i < messages->len; i++)
      g_ptr_array_add (self->held, g_object_ref (messages->pdata[i]));
    return;
  }
  while (i < messages->len) {
    guint place = place_in_window (self, messages->pdata[i]);
    guint end = i + 1;

    while (end < messages->len && place_in_window (self, messages->pdata[end]) == place)
      end++;
    if (place != NOWHERE)
      chat_timeline_add_run (self, place, messages->pdata + i, end - i, !self->following);
    i = end;
  }
}

/**
 * chat_timeline_moved:
 * @message: one whose position has changed
 *
 * Puts a message where it belongs now, if it is in the window.
 */
void
chat_timeline_moved (ChatTimeline *self, ChatMessage *message)
{
  g_autoptr (ChatMessage) keep = g_object_ref (message);
  guint from, to, n;

  g_return_if_fail (CHAT_IS_TIMELINE (self));

  if (!g_ptr_array_find (self->items, message, &from))
    return;

  g_ptr_array_steal_index (self->items, from);
  to = chat_message_place (self->items, chat_message_get_position (message));
  if (from != to && ((to == self->items->len && !self->at_end) || (to == 0 && !self->at_start))) {
    /* It went beyond an end of the window, and there is something between that the window does not show. */
    g_list_model_items_changed (G_LIST_MODEL (self), from, 1, 0);
    g_object_unref (message);
    return;
  }

  g_ptr_array_insert (self->items, (int) to, message);
  n = MAX (from, to) - MIN (from, to) + 1;
  if (n > 1)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to), n, n);
}

/**
 * chat_timeline_remove:
 * @message: a message
 *
 * Takes a message out of the window, if it is there.
 */
void
chat_timeline_remove (ChatTimeline *self, ChatMessage *message)
{
  guint position;

  g_return_if_fail (CHAT_IS_TIMELINE (self));

  g_ptr_array_remove (self->held, message);
  if (!g_ptr_array_find (self->items, message, &position))
    return;
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * chat_timeline_has_gap:
 * @self: a timeline
 * @position: of an item, or how many there are
 *
 * Returns: whether something may have been said before this item, and after the one before it, that was not read from
 *   the archive yet; with the number of items, after the last one. What lies beyond an end of the window that is no end
 *   of the history is not known.
 */
gboolean
chat_timeline_has_gap (ChatTimeline *self, guint position)
{
  ChatAccount *account;
  gint64 before, after;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), FALSE);
  g_return_val_if_fail (position <= self->items->len, FALSE);

  account = chat_contact_get_account (self->contact);
  if (account == NULL || (position == 0 && !self->at_start) || (position == self->items->len && !self->at_end))
    return FALSE;

  before = position > 0 ? position_at (self, position - 1) : 0;
  after = position < self->items->len ? position_at (self, position) : G_MAXINT64;
  return chat_history_has_gap_between (chat_account_get_history (account), before, after);
}

/**
 * chat_timeline_find:
 * @id: messages.id
 *
 * Returns: (transfer none) (nullable): the message, if it is in the window
 */
ChatMessage *
chat_timeline_find (ChatTimeline *self, gint64 id)
{
  ChatMessage *message;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), NULL);

  message = chat_message_find (self->items, id);
  return message != NULL ? message : chat_message_find (self->held, id);
}
