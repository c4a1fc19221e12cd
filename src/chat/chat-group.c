/* One group of the roster: its contacts, those present first, then by name.
 *
 * The order goes by a copy of what each contact is sorted by. The contacts change at any time, and a sequence in
 * which several keys have changed at once cannot be searched; the copies change one by one, in chat_group_change(). */
#include "chat-group.h"

#include "base-text.h"

typedef struct {
  ChatContact *contact;   /* (owned) */
  char        *key;       /* (owned) */
  guint        rank;      /* 0: most reachable */
} Entry;

struct _ChatGroup {
  GObject     parent;
  char       *id;         /* (owned) the name as the server writes it */
  char       *name;       /* (owned) fit to be shown */
  char       *key;        /* (owned) what groups are sorted by */
  GSequence  *entries;    /* (owned) of Entry */
  GHashTable *places;     /* (owned) ChatContact → GSequenceIter, both borrowed from entries */
  guint       n_online;
};

/* What a change has left alone: as many items at either end of the list. */
typedef struct {
  guint head, tail;
} Untouched;

enum {
  PROP_0,
  PROP_NAME,
  PROP_N_ONLINE,
  PROP_N_ITEMS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatGroup, chat_group, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->contact);
  g_free (entry->key);
  g_free (entry);
}

static int
entry_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *one = a;
  const Entry *other = b;
  int order;

  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  order = g_strcmp0 (one->key, other->key);
  if (order == 0)
    order = g_strcmp0 (xmpp_jid_get_text (chat_contact_get_jid (one->contact)),
                       xmpp_jid_get_text (chat_contact_get_jid (other->contact)));
  /* Two accounts may know the same person; the order between the two only has to be the same each time. */
  return order != 0 ? order : (one->contact > other->contact) - (one->contact < other->contact);
}

/* Free to chat is as present as available; whoever shows it must not jump over the others' heads. */
static guint
contact_rank (ChatContact *contact)
{
  return XMPP_SHOW_AVAILABLE - MIN (chat_contact_get_show (contact), XMPP_SHOW_AVAILABLE);
}

static gboolean
rank_is_online (guint rank)
{
  return rank < XMPP_SHOW_AVAILABLE - XMPP_SHOW_OFFLINE;
}

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_CONTACT;
}

static guint
list_get_n_items (GListModel *model)
{
  return g_sequence_get_length (CHAT_GROUP (model)->entries);
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  GSequenceIter *iter = g_sequence_get_iter_at_pos (CHAT_GROUP (model)->entries, MIN (position, G_MAXINT));

  return g_sequence_iter_is_end (iter) ? NULL : g_object_ref (((Entry *) g_sequence_get (iter))->contact);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
chat_group_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatGroup *self = CHAT_GROUP (object);

  switch (id) {
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_N_ONLINE:
    g_value_set_uint (value, self->n_online);
    break;
  case PROP_N_ITEMS:
    g_value_set_uint (value, chat_group_get_n_items (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_group_finalize (GObject *object)
{
  ChatGroup *self = CHAT_GROUP (object);

  g_hash_table_unref (self->places);
  g_sequence_free (self->entries);
  g_free (self->id);
  g_free (self->name);
  g_free (self->key);
  G_OBJECT_CLASS (chat_group_parent_class)->finalize (object);
}

static void
chat_group_class_init (ChatGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_group_get_property;
  object_class->finalize = chat_group_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_N_ONLINE] = g_param_spec_uint ("n-online", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_group_init (ChatGroup *self)
{
  self->entries = g_sequence_new (entry_free);
  self->places = g_hash_table_new (NULL, NULL);
}

static void
touch (ChatGroup *self, Untouched *untouched, guint position)
{
  guint behind = g_sequence_get_length (self->entries) - position - 1;

  untouched->head = MIN (untouched->head, position);
  untouched->tail = MIN (untouched->tail, behind);
}

static void
add_entry (ChatGroup *self, ChatContact *contact, Untouched *untouched)
{
  Entry *entry = g_new0 (Entry, 1);
  GSequenceIter *iter;

  entry->contact = g_object_ref (contact);
  entry->key = g_strdup (chat_contact_get_sort_key (contact));
  entry->rank = contact_rank (contact);
  self->n_online += rank_is_online (entry->rank);

  iter = g_sequence_insert_sorted (self->entries, entry, entry_compare, NULL);
  g_hash_table_insert (self->places, contact, iter);
  touch (self, untouched, g_sequence_iter_get_position (iter));
}

static void
remove_entry (ChatGroup *self, ChatContact *contact, Untouched *untouched)
{
  GSequenceIter *iter = g_hash_table_lookup (self->places, contact);

  touch (self, untouched, g_sequence_iter_get_position (iter));
  self->n_online -= rank_is_online (((Entry *) g_sequence_get (iter))->rank);
  g_hash_table_remove (self->places, contact);
  g_sequence_remove (iter);
}

static void
move_entry (ChatGroup *self, ChatContact *contact, Untouched *untouched)
{
  GSequenceIter *iter = g_hash_table_lookup (self->places, contact);
  Entry *entry = g_sequence_get (iter);
  guint rank = contact_rank (contact);
  const char *key = chat_contact_get_sort_key (contact);
  guint from, to;

  if (entry->rank == rank && g_strcmp0 (entry->key, key) == 0)
    return;

  from = g_sequence_iter_get_position (iter);
  self->n_online -= rank_is_online (entry->rank);
  self->n_online += rank_is_online (rank);
  entry->rank = rank;
  g_free (entry->key);
  entry->key = g_strdup (key);
  g_sequence_sort_changed (iter, entry_compare, NULL);

  to = g_sequence_iter_get_position (iter);
  if (from != to) {
    touch (self, untouched, from);
    touch (self, untouched, to);
  }
}

/**
 * chat_group_new:
 * @id: the name as the server writes it; "" for those in no group
 *
 * Returns: (transfer full): a group of nobody
 */
ChatGroup *
chat_group_new (const char *id)
{
  ChatGroup *self = g_object_new (CHAT_TYPE_GROUP, NULL);
  g_autofree char *name = *id != '\0' ? base_text_name (id) : NULL;

  self->id = g_strdup (id);
  self->name = name != NULL ? g_steal_pointer (&name) : g_strdup ("");
  self->key = base_text_sort_key (self->name);
  return self;
}

/**
 * chat_group_get_id:
 * @self: a group
 *
 * Returns: its name as the server writes it: what tells it from other groups
 */
const char *
chat_group_get_id (ChatGroup *self)
{
  return self->id;
}

/**
 * chat_group_compare:
 * @a: a group
 * @b: another
 * @user_data: not used
 *
 * Returns: their order in the roster: by name, and who is in no group at the end
 */
int
chat_group_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ChatGroup *one = a;
  const ChatGroup *other = b;
  int order = (*one->id == '\0') - (*other->id == '\0');

  if (order == 0)
    order = g_strcmp0 (one->key, other->key);
  return order != 0 ? order : g_strcmp0 (one->id, other->id);
}

/**
 * chat_group_change:
 * @self: a group
 * @added: (element-type ChatContact): who is not in it yet
 * @removed: (element-type ChatContact): who is in it
 * @moved: (element-type ChatContact): who is in it, and has another name or presence
 *
 * Brings the group up to date and announces it as one change, at a cost that goes by how many changed.
 */
void
chat_group_change (ChatGroup *self, GPtrArray *added, GPtrArray *removed, GPtrArray *moved)
{
  guint n_before = chat_group_get_n_items (self);
  guint n_online_before = self->n_online;
  Untouched untouched = { n_before, n_before };
  guint n_after;

  for (guint i = 0; i < removed->len; i++)
    remove_entry (self, removed->pdata[i], &untouched);
  for (guint i = 0; i < moved->len; i++)
    move_entry (self, moved->pdata[i], &untouched);
  for (guint i = 0; i < added->len; i++)
    add_entry (self, added->pdata[i], &untouched);

  n_after = chat_group_get_n_items (self);
  if (untouched.head + untouched.tail < MAX (n_before, n_after))
    g_list_model_items_changed (G_LIST_MODEL (self), untouched.head, n_before - untouched.head - untouched.tail,
                                n_after - untouched.head - untouched.tail);
  if (n_before != n_after)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ITEMS]);
  if (n_online_before != self->n_online)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ONLINE]);
}

/**
 * chat_group_get_name:
 * @self: a group
 *
 * Returns: its name, fit to be shown; "" for those in no group
 */
const char *
chat_group_get_name (ChatGroup *self)
{
  g_return_val_if_fail (CHAT_IS_GROUP (self), NULL);

  return self->name;
}

/**
 * chat_group_get_n_online:
 * @self: a group
 *
 * Returns: how many of it are not offline
 */
guint
chat_group_get_n_online (ChatGroup *self)
{
  g_return_val_if_fail (CHAT_IS_GROUP (self), 0);

  return self->n_online;
}

/**
 * chat_group_get_n_items:
 * @self: a group
 *
 * Returns: how many are in it
 */
guint
chat_group_get_n_items (ChatGroup *self)
{
  g_return_val_if_fail (CHAT_IS_GROUP (self), 0);

  return g_sequence_get_length (self->entries);
}
