/* Waiting longer and longer, but not for ever and not all at once. */
#include "base-backoff.h"

#define FIRST   (2 * G_USEC_PER_SEC)
#define CEILING (300 * G_USEC_PER_SEC)

static void
test_doubles (void)
{
  for (int round = 0; round < 200; round++) {
    BaseBackoff backoff;
    gint64 full = FIRST;

    base_backoff_init (&backoff, FIRST, CEILING);
    for (int i = 0; i < 100; i++) {
      gint64 wait = base_backoff_next (&backoff);

      g_assert_cmpint (wait, <=, full);
      g_assert_cmpint (wait, >=, full / 2);
      full = MIN (full * 2, CEILING);
    }
  }
}

static void
test_reset (void)
{
  BaseBackoff backoff;

  base_backoff_init (&backoff, FIRST, CEILING);
  for (int i = 0; i < 20; i++)
    g_assert_cmpint (base_backoff_next (&backoff), >, 0);
  g_assert_cmpint (base_backoff_next (&backoff), >=, CEILING / 2);
  base_backoff_reset (&backoff);
  g_assert_cmpint (base_backoff_next (&backoff), <=, FIRST);
}

/* Two clients that failed in the same moment do not come back in the same moment. */
static void
test_jitter (void)
{
  g_autoptr (GHashTable) waits = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gint64 least = G_MAXINT64, most = 0;

  for (int i = 0; i < 1000; i++) {
    BaseBackoff backoff;
    gint64 wait;

    base_backoff_init (&backoff, FIRST, CEILING);
    wait = base_backoff_next (&backoff);
    g_hash_table_add (waits, g_memdup2 (&wait, sizeof wait));
    least = MIN (least, wait);
    most = MAX (most, wait);
  }
  g_assert_cmpuint (g_hash_table_size (waits), >, 900);
  g_assert_cmpint (most - least, >, FIRST / 4);
}

static void
test_huge (void)
{
  BaseBackoff backoff;

  base_backoff_init (&backoff, G_MAXINT64 / 3, G_MAXINT64);
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (base_backoff_next (&backoff), >, G_MAXINT64 / 8);

  base_backoff_init (&backoff, 5, 5);
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (base_backoff_next (&backoff), <=, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/backoff/doubles", test_doubles);
  g_test_add_func ("/backoff/reset", test_reset);
  g_test_add_func ("/backoff/jitter", test_jitter);
  g_test_add_func ("/backoff/huge", test_huge);

  return g_test_run ();
}
