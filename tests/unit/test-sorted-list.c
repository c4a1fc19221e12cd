/* The sorted list: always in order, and every change announced as exactly what it was. */
#include <string.h>

#include "base-sorted-list.h"

#define TEST_TYPE_ITEM (test_item_get_type ())
G_DECLARE_FINAL_TYPE (TestItem, test_item, TEST, ITEM, GObject)

struct _TestItem {
  GObject parent_instance;
  int     key;
};

G_DEFINE_FINAL_TYPE (TestItem, test_item, G_TYPE_OBJECT)

static void
test_item_class_init (TestItemClass *klass)
{
}

static void
test_item_init (TestItem *self)
{
}

static TestItem *
item_new (int key)
{
  TestItem *item = g_object_new (TEST_TYPE_ITEM, NULL);

  item->key = key;

  return item;
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  ++*(guint *) user_data;

  return ((const TestItem *) a)->key - ((const TestItem *) b)->key;
}

/* A list, and what somebody who only listens to its changes has. */
typedef struct {
  BaseSortedList *list;
  GPtrArray      *mirror;
  GString        *changes;
  guint           n_compared;
} Fixture;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  Fixture    *fixture)
{
  g_string_append_printf (fixture->changes, "%u-%u+%u ", position, n_removed, n_added);
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, n_removed);
  for (guint i = position; i < position + n_added; i++)
    g_ptr_array_insert (fixture->mirror, (int) i, g_list_model_get_item (model, i));
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->list = base_sorted_list_new (TEST_TYPE_ITEM, compare_items, &fixture->n_compared, NULL);
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->changes = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_finalize_object (fixture->list);
  g_ptr_array_unref (fixture->mirror);
  g_string_free (fixture->changes, TRUE);
}

/* Checks order, look-up and mirror. */
static void
assert_sound (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (fixture->list);
  guint n_items = g_list_model_get_n_items (model);
  int before = G_MININT;

  g_assert_cmpuint (fixture->mirror->len, ==, n_items);
  for (guint i = 0; i < n_items; i++) {
    g_autoptr (TestItem) item = g_list_model_get_item (model, i);
    guint position;

    g_assert_true (item == g_ptr_array_index (fixture->mirror, i));
    g_assert_cmpint (item->key, >=, before);
    g_assert_true (base_sorted_list_find (fixture->list, item, &position));
    g_assert_cmpuint (position, ==, i);
    before = item->key;
  }
  g_assert_null (g_list_model_get_item (model, n_items));
}

static void
assert_changes (Fixture    *fixture,
                const char *expected)
{
  g_assert_cmpstr (fixture->changes->str, ==, expected);
  g_string_truncate (fixture->changes, 0);
  assert_sound (fixture);
}

static TestItem *
add (Fixture *fixture,
     int      key)
{
  g_autoptr (TestItem) item = item_new (key);

  base_sorted_list_add (fixture->list, item);

  return item;   /* the list has it */
}

static void
test_add_and_remove (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (TestItem) stranger = item_new (1);
  TestItem *middle;

  add (fixture, 30);
  assert_changes (fixture, "0-0+1 ");
  add (fixture, 10);
  assert_changes (fixture, "0-0+1 ");
  middle = add (fixture, 20);
  assert_changes (fixture, "1-0+1 ");
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture->list)) == TEST_TYPE_ITEM);

  g_assert_false (base_sorted_list_remove (fixture->list, stranger));
  g_assert_false (base_sorted_list_find (fixture->list, stranger, NULL));
  assert_changes (fixture, "");
  g_assert_true (base_sorted_list_remove (fixture->list, middle));
  assert_changes (fixture, "1-1+0 ");

  base_sorted_list_clear (fixture->list);
  assert_changes (fixture, "0-2+0 ");
  base_sorted_list_clear (fixture->list);
  assert_changes (fixture, "");
}

static void
test_move (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (TestItem) stranger = item_new (1);
  TestItem *items[6];

  for (int i = 0; i < 6; i++)
    items[i] = add (fixture, i * 10);
  g_string_truncate (fixture->changes, 0);

  items[4]->key = 5;
  base_sorted_list_moved (fixture->list, items[4]);
  assert_changes (fixture, "1-4+4 ");
  items[4]->key = 40;
  base_sorted_list_moved (fixture->list, items[4]);
  assert_changes (fixture, "1-4+4 ");
  items[5]->key = -1;
  base_sorted_list_moved (fixture->list, items[5]);
  assert_changes (fixture, "0-6+6 ");
  items[5]->key = 100;
  base_sorted_list_moved (fixture->list, items[5]);
  assert_changes (fixture, "0-6+6 ");

  /* A new key, the same place. */
  items[2]->key = 25;
  base_sorted_list_moved (fixture->list, items[2]);
  items[2]->key = 30;
  base_sorted_list_moved (fixture->list, items[2]);
  items[5]->key = 1000;
  base_sorted_list_moved (fixture->list, items[5]);
  base_sorted_list_moved (fixture->list, stranger);
  assert_changes (fixture, "");
}

static void
test_splice (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  base_sorted_list_splice (fixture->list, items);
  assert_changes (fixture, "");

  for (int i = 0; i < 5; i++)
    g_ptr_array_add (items, item_new (50 - i * 10));
  base_sorted_list_splice (fixture->list, items);
  assert_changes (fixture, "0-0+5 ");

  /* Those that are in it already stay; the range is the smallest with all that are new. */
  g_ptr_array_add (items, item_new (25));
  g_ptr_array_add (items, item_new (45));
  base_sorted_list_splice (fixture->list, items);
  assert_changes (fixture, "2-2+4 ");
  base_sorted_list_splice (fixture->list, items);
  assert_changes (fixture, "");
}

static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  for (int i = 0; i < 3000; i++) {
    guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
    TestItem *item = n_items > 0 ? g_ptr_array_index (fixture->mirror, g_test_rand_int_range (0, (int) n_items)) : NULL;
    int dice = g_test_rand_int_range (0, 10);

    g_string_truncate (fixture->changes, 0);
    if (item == NULL || (dice < 3 && n_items < 60)) {
      add (fixture, g_test_rand_int_range (0, 50));
    } else if (dice < 5) {
      g_assert_true (base_sorted_list_remove (fixture->list, item));
    } else {
      item->key = g_test_rand_int_range (0, 50);
      base_sorted_list_moved (fixture->list, item);
    }
    assert_sound (fixture);
    /* One change at most. */
    g_assert_true (fixture->changes->len == 0
                   || strchr (fixture->changes->str, ' ') == fixture->changes->str + fixture->changes->len - 1);
  }
}

/* Nothing goes through the whole list. */
static void
test_large (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  for (int i = 0; i < 20000; i++)
    g_ptr_array_add (items, item_new (g_test_rand_int () / 4));
  base_sorted_list_splice (fixture->list, items);

  fixture->n_compared = 0;
  for (guint i = 0; i < 100; i++) {
    TestItem *item = g_ptr_array_index (items, i);
    guint position;

    item->key = g_test_rand_int () / 4;
    base_sorted_list_moved (fixture->list, item);
    g_assert_true (base_sorted_list_find (fixture->list, item, &position));
  }
  g_assert_cmpuint (fixture->n_compared, <, 100 * 200);
}

static void
note_destroyed_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_destroy (void)
{
  gboolean is_destroyed = FALSE;
  BaseSortedList *list = base_sorted_list_new (TEST_TYPE_ITEM, compare_items, &is_destroyed, note_destroyed_cb);
  TestItem *item = item_new (1);

  base_sorted_list_add (list, item);
  g_object_unref (list);
  g_assert_true (is_destroyed);
  g_assert_finalize_object (item);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/sorted-list/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("add-and-remove", test_add_and_remove);
  ADD ("move", test_move);
  ADD ("splice", test_splice);
  ADD ("random", test_random);
  ADD ("large", test_large);
#undef ADD
  g_test_add_func ("/sorted-list/destroy", test_destroy);

  return g_test_run ();
}
