/* The roster over all accounts: a sorted GListModel of groups, each a sorted GListModel of contacts.
 *
 * Changes of presence and name are noted as they come and applied together, once the main loop has nothing more
 * urgent: ten thousand presences after signing in are one change in each group, not ten thousand. */
#include "chat-roster.h"

#include "base-sorted-list.h"

/* Where one contact stands, and what listens to it. */
typedef struct {
  ChatContact *contact;       /* (owned) */
  GPtrArray   *groups;        /* (owned) of ChatGroup, owned */
  gulong       handlers[2];
} Place;

/* What is to be changed in one group. */
typedef struct {
  ChatGroup *group;                     /* (owned) */
  GPtrArray *added, *removed, *moved;   /* (owned) of ChatContact, borrowed */
} Change;

struct _ChatRoster {
  GObject         parent;
  BaseSortedList *groups;    /* (owned) of ChatGroup; those that have somebody in them */
  GHashTable     *by_name;   /* (owned) name as the server writes it → ChatGroup (owned) */
  GHashTable     *places;    /* (owned) ChatContact → Place */
  GHashTable     *dirty;     /* (owned) set of ChatContact, borrowed from places */
  guint           flush;     /* source that applies what is dirty, 0: none */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatRoster, chat_roster, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
place_free (gpointer data)
{
  Place *place = data;

  for (guint i = 0; i < G_N_ELEMENTS (place->handlers); i++)
    g_clear_signal_handler (&place->handlers[i], place->contact);
  g_ptr_array_unref (place->groups);
  g_object_unref (place->contact);
  g_free (place);
}

static Change *
change_new (ChatGroup *group)
{
  Change *change = g_new0 (Change, 1);

  change->group = g_object_ref (group);
  change->added = g_ptr_array_new ();
  change->removed = g_ptr_array_new ();
  change->moved = g_ptr_array_new ();
  return change;
}

static void
change_free (gpointer data)
{
  Change *change = data;

  g_ptr_array_unref (change->added);
  g_ptr_array_unref (change->removed);
  g_ptr_array_unref (change->moved);
  g_object_unref (change->group);
  g_free (change);
}

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_GROUP;
}

static guint
list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (CHAT_ROSTER (model)->groups));
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (CHAT_ROSTER (model)->groups), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
chat_roster_dispose (GObject *object)
{
  ChatRoster *self = CHAT_ROSTER (object);

  g_clear_handle_id (&self->flush, g_source_remove);
  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->places);
  G_OBJECT_CLASS (chat_roster_parent_class)->dispose (object);
}

static void
chat_roster_finalize (GObject *object)
{
  ChatRoster *self = CHAT_ROSTER (object);

  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->by_name);
  g_object_unref (self->groups);
  G_OBJECT_CLASS (chat_roster_parent_class)->finalize (object);
}

static void
chat_roster_class_init (ChatRosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_roster_dispose;
  object_class->finalize = chat_roster_finalize;
}

static void
chat_roster_init (ChatRoster *self)
{
  self->groups = base_sorted_list_new (CHAT_TYPE_GROUP, (GCompareDataFunc) chat_group_compare, NULL, NULL);
  g_signal_connect_swapped (self->groups, "items-changed", G_CALLBACK (g_list_model_items_changed), self);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->places = g_hash_table_new_full (NULL, NULL, NULL, place_free);
  self->dirty = g_hash_table_new (NULL, NULL);
}

static Change *
change_of (GHashTable *changes, ChatGroup *group)
{
  Change *change = g_hash_table_lookup (changes, group);

  if (change == NULL) {
    change = change_new (group);
    g_hash_table_insert (changes, group, change);
  }
  return change;
}

static GHashTable *
changes_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, change_free);
}

/* A group is in the list exactly while somebody is in it. */
static void
apply_changes (ChatRoster *self, GHashTable *changes)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, NULL, &data)) {
    Change *change = data;
    gboolean was_empty = chat_group_get_n_items (change->group) == 0;
    gboolean is_empty;

    chat_group_change (change->group, change->added, change->removed, change->moved);
    is_empty = chat_group_get_n_items (change->group) == 0;
    if (was_empty && !is_empty)
      base_sorted_list_add (self->groups, change->group);
    if (!was_empty && is_empty)
      base_sorted_list_remove (self->groups, change->group);
    if (is_empty)
      g_hash_table_remove (self->by_name, chat_group_get_id (change->group));
  }
}

static gboolean
flush_dirty_cb (gpointer data)
{
  ChatRoster *self = data;
  g_autoptr (GHashTable) changes = changes_new ();
  GHashTableIter iter;
  gpointer contact;

  self->flush = 0;
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &contact, NULL)) {
    Place *place = g_hash_table_lookup (self->places, contact);

    for (guint i = 0; i < place->groups->len; i++)
      g_ptr_array_add (change_of (changes, place->groups->pdata[i])->moved, contact);
  }
  g_hash_table_remove_all (self->dirty);
  apply_changes (self, changes);
  return G_SOURCE_REMOVE;
}

/* After all that the network still has to say, before the next frame is drawn. */
static void
contact_changed_cb (ChatRoster *self, GParamSpec *pspec, ChatContact *contact)
{
  g_hash_table_add (self->dirty, contact);
  if (self->flush == 0)
    self->flush = g_idle_add_full (G_PRIORITY_HIGH_IDLE, flush_dirty_cb, self, NULL);
}

static ChatGroup *
ensure_group (ChatRoster *self, const char *name)
{
  ChatGroup *group = g_hash_table_lookup (self->by_name, name);

  if (group == NULL) {
    group = chat_group_new (name);
    g_hash_table_insert (self->by_name, g_strdup (name), group);
  }
  return group;
}

static Place *
ensure_place (ChatRoster *self, ChatContact *contact)
{
  Place *place = g_hash_table_lookup (self->places, contact);

  if (place == NULL) {
    place = g_new0 (Place, 1);
    place->contact = g_object_ref (contact);
    place->groups = g_ptr_array_new_with_free_func (g_object_unref);
    place->handlers[0] = g_signal_connect_swapped (contact, "notify::show", G_CALLBACK (contact_changed_cb), self);
    place->handlers[1] = g_signal_connect_swapped (contact, "notify::name", G_CALLBACK (contact_changed_cb), self);
    g_hash_table_insert (self->places, contact, place);
  }
  return place;
}

static GPtrArray *
wanted_groups (ChatRoster *self, ChatContact *contact)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_object_unref);
  const char *const *names = chat_contact_get_groups (contact);

  if (!chat_contact_is_contact (contact))
    return groups;
  if (*names == NULL)
    g_ptr_array_add (groups, g_object_ref (ensure_group (self, "")));
  for (; *names != NULL; names++)
    g_ptr_array_add (groups, g_object_ref (ensure_group (self, *names)));
  return groups;
}

static void
plan_contact (ChatRoster *self, ChatContact *contact, GHashTable *changes)
{
  g_autoptr (GPtrArray) wanted = wanted_groups (self, contact);
  Place *place = g_hash_table_lookup (self->places, contact);

  if (place == NULL && wanted->len == 0)
    return;

  place = ensure_place (self, contact);
  for (guint i = 0; i < place->groups->len; i++) {
    ChatGroup *group = place->groups->pdata[i];
    Change *change = change_of (changes, group);

    g_ptr_array_add (g_ptr_array_find (wanted, group, NULL) ? change->moved : change->removed, contact);
  }
  for (guint i = 0; i < wanted->len; i++)
    if (!g_ptr_array_find (place->groups, wanted->pdata[i], NULL))
      g_ptr_array_add (change_of (changes, wanted->pdata[i])->added, contact);

  g_ptr_array_unref (place->groups);
  place->groups = g_steal_pointer (&wanted);
  g_hash_table_remove (self->dirty, contact);
}

static void
forget_contact (ChatRoster *self, ChatContact *contact)
{
  Place *place = g_hash_table_lookup (self->places, contact);

  if (place != NULL && place->groups->len == 0) {
    g_hash_table_remove (self->dirty, contact);
    g_hash_table_remove (self->places, contact);
  }
}

/**
 * chat_roster_new:
 *
 * Returns: (transfer full): a roster of nobody
 */
ChatRoster *
chat_roster_new (void)
{
  return g_object_new (CHAT_TYPE_ROSTER, NULL);
}

/**
 * chat_roster_update:
 * @self: a roster
 * @contact: somebody who is new, whose groups changed, or who left the roster
 *
 * Puts a contact where it belongs. Its presence and name are watched from then on.
 */
void
chat_roster_update (ChatRoster *self, ChatContact *contact)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();

  g_ptr_array_add (contacts, contact);
  chat_roster_update_many (self, contacts);
}

/**
 * chat_roster_update_many:
 * @self: a roster
 * @contacts: (element-type ChatContact): each at most once
 *
 * Does the same for many at once, with one change in each group.
 */
void
chat_roster_update_many (ChatRoster *self, GPtrArray *contacts)
{
  g_autoptr (GHashTable) changes = changes_new ();

  g_return_if_fail (CHAT_IS_ROSTER (self));

  for (guint i = 0; i < contacts->len; i++)
    plan_contact (self, contacts->pdata[i], changes);
  apply_changes (self, changes);
  for (guint i = 0; i < contacts->len; i++)
    forget_contact (self, contacts->pdata[i]);
}
