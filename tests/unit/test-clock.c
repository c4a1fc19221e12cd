/* Both clocks: the one that a test moves, and the system's. */
#include "base-clock.h"

typedef struct {
  BaseClock *clock;
  GString   *said;
  guint      timer;
  guint      n_destroyed;
  char       name;
  guint      n_left;   /* how often to go on */
} Note;

static gboolean
note_cb (gpointer user_data)
{
  Note *note = user_data;

  g_string_append_printf (note->said, "%c%" G_GINT64_FORMAT " ", note->name,
                          base_clock_real (note->clock) / G_USEC_PER_SEC);

  return note->n_left-- > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
note_destroyed_cb (gpointer user_data)
{
  ((Note *) user_data)->n_destroyed++;
}

static void
test_manual (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (100 * G_USEC_PER_SEC);
  g_autoptr (GString) said = g_string_new (NULL);
  Note notes[] = {
    { clock, said, .name = 'a' },
    { clock, said, .name = 'b', .n_left = 2 },
    { clock, said, .name = 'c' },
  };
  gint64 start = base_clock_monotonic (clock);

  g_assert_cmpint (start, >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    notes[i].timer = base_clock_add (clock, (3 - i) * 10 * G_USEC_PER_SEC, note_cb, &notes[i], note_destroyed_cb);

  base_clock_advance (clock, 0);
  base_clock_advance (clock, 10 * G_USEC_PER_SEC - 1);
  g_assert_cmpstr (said->str, ==, "");
  base_clock_advance (clock, 1);
  g_assert_cmpstr (said->str, ==, "c110 ");
  g_assert_cmpuint (notes[2].n_destroyed, ==, 1);

  /* Each is called at its own moment, however far the clock goes at once. */
  base_clock_advance (clock, 100 * G_USEC_PER_SEC);
  g_assert_cmpstr (said->str, ==, "c110 b120 a130 b140 b160 ");
  g_assert_cmpint (base_clock_real (clock), ==, 210 * G_USEC_PER_SEC);
  g_assert_cmpint (base_clock_monotonic (clock) - start, ==, 110 * G_USEC_PER_SEC);
  g_assert_cmpuint (notes[0].n_destroyed, ==, 1);
  g_assert_cmpuint (notes[1].n_destroyed, ==, 1);
}

/* The wall clock is set, in either direction: timers do not care. */
static void
test_jump (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (100 * G_USEC_PER_SEC);
  g_autoptr (GString) said = g_string_new (NULL);
  Note note = { clock, said, .name = 'a', .n_left = 1 };
  gint64 start = base_clock_monotonic (clock);

  base_clock_add (clock, 10 * G_USEC_PER_SEC, note_cb, &note, NULL);
  base_clock_jump (clock, G_TIME_SPAN_HOUR);
  g_assert_cmpint (base_clock_real (clock), ==, G_TIME_SPAN_HOUR + 100 * G_USEC_PER_SEC);
  g_assert_cmpint (base_clock_monotonic (clock), ==, start);
  base_clock_advance (clock, 10 * G_USEC_PER_SEC - 1);
  g_assert_cmpstr (said->str, ==, "");
  base_clock_advance (clock, 1);
  g_assert_cmpstr (said->str, ==, "a3710 ");

  base_clock_jump (clock, -2 * G_TIME_SPAN_HOUR);
  base_clock_advance (clock, 10 * G_USEC_PER_SEC);
  g_assert_cmpstr (said->str, ==, "a3710 a-3480 ");
  g_assert_cmpint (base_clock_monotonic (clock), ==, start + 20 * G_USEC_PER_SEC);
}

static void
test_order_of_equals (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GString) said = g_string_new (NULL);
  Note notes[] = { { clock, said, .name = 'a' }, { clock, said, .name = 'b' }, { clock, said, .name = 'c' } };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    base_clock_add (clock, G_USEC_PER_SEC, note_cb, &notes[i], NULL);
  base_clock_advance (clock, G_USEC_PER_SEC);
  g_assert_cmpstr (said->str, ==, "a1 b1 c1 ");
}

static void
test_remove (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GString) said = g_string_new (NULL);
  Note note = { clock, said, .name = 'a', .n_left = 10 };

  note.timer = base_clock_add (clock, G_USEC_PER_SEC, note_cb, &note, note_destroyed_cb);
  base_clock_remove (clock, note.timer);
  g_assert_cmpuint (note.n_destroyed, ==, 1);
  base_clock_remove (clock, note.timer);
  base_clock_remove (clock, 0);
  base_clock_advance (clock, 10 * G_USEC_PER_SEC);
  g_assert_cmpstr (said->str, ==, "");
  g_assert_cmpuint (note.n_destroyed, ==, 1);
}

static gboolean
remove_itself_cb (gpointer user_data)
{
  Note *note = user_data;

  base_clock_remove (note->clock, note->timer);
  /* What it was given is still there. */
  g_assert_cmpuint (note->n_destroyed, ==, 0);

  return G_SOURCE_CONTINUE;
}

static gboolean
add_another_cb (gpointer user_data)
{
  Note *note = user_data;

  base_clock_add (note->clock, 5 * G_USEC_PER_SEC, note_cb, note, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
drop_clock_cb (gpointer user_data)
{
  g_clear_pointer ((BaseClock **) user_data, base_clock_unref);

  return G_SOURCE_CONTINUE;
}

static void
test_change_inside (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GString) said = g_string_new (NULL);
  Note note = { clock, said, .name = 'a' };
  BaseClock *other = base_clock_new_manual (0);
  Note never = { other, said, .name = 'x' };

  note.timer = base_clock_add (clock, 1, remove_itself_cb, &note, note_destroyed_cb);
  base_clock_advance (clock, 10);
  g_assert_cmpuint (note.n_destroyed, ==, 1);

  base_clock_add (clock, G_USEC_PER_SEC - 10, add_another_cb, &note, NULL);
  base_clock_advance (clock, 10 * G_USEC_PER_SEC);
  g_assert_cmpstr (said->str, ==, "a6 ");

  base_clock_add (other, 1, drop_clock_cb, &other, NULL);
  base_clock_add (other, 2, note_cb, &never, note_destroyed_cb);
  base_clock_advance (other, 1);
  g_assert_null (other);
  g_assert_cmpuint (never.n_destroyed, ==, 1);
  g_assert_cmpstr (said->str, ==, "a6 ");
}

static gboolean
count_cb (gpointer user_data)
{
  return ++*(guint *) user_data < 5 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* A timer without delay is called once for each microsecond that passes, and time does pass. */
static void
test_no_delay (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  guint n_calls = 0;

  base_clock_add (clock, 0, count_cb, &n_calls, NULL);
  g_assert_cmpuint (n_calls, ==, 0);
  base_clock_advance (clock, 0);
  g_assert_cmpuint (n_calls, ==, 1);
  base_clock_advance (clock, 100);
  g_assert_cmpuint (n_calls, ==, 5);
}

static void
test_system (void)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  gint64 real = g_get_real_time (), monotonic = g_get_monotonic_time ();
  guint n_calls = 0, n_never = 0;
  guint never;

  g_assert_cmpint (base_clock_real (clock), >=, real);
  g_assert_cmpint (base_clock_monotonic (clock), >=, monotonic);

  never = base_clock_add (clock, 0, count_cb, &n_never, NULL);
  base_clock_add (clock, 1, count_cb, &n_calls, NULL);
  base_clock_remove (clock, never);
  while (n_calls < 5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_never, ==, 0);
  /* At least four whole periods. */
  g_assert_cmpint (base_clock_monotonic (clock) - monotonic, >=, 4);
}

/* Timers go with their clock, on either kind. */
static void
test_unref (void)
{
  for (int i = 0; i < 2; i++) {
    BaseClock *clock = i == 0 ? base_clock_new () : base_clock_new_manual (0);
    BaseClock *copy = g_boxed_copy (BASE_TYPE_CLOCK, clock);
    Note note = { clock, NULL, .name = 'a' };

    base_clock_add (clock, 0, note_cb, &note, note_destroyed_cb);
    base_clock_unref (clock);
    g_assert_cmpuint (note.n_destroyed, ==, 0);
    base_clock_unref (copy);
    g_assert_cmpuint (note.n_destroyed, ==, 1);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/manual", test_manual);
  g_test_add_func ("/clock/jump", test_jump);
  g_test_add_func ("/clock/order-of-equals", test_order_of_equals);
  g_test_add_func ("/clock/remove", test_remove);
  g_test_add_func ("/clock/change-inside", test_change_inside);
  g_test_add_func ("/clock/no-delay", test_no_delay);
  g_test_add_func ("/clock/system", test_system);
  g_test_add_func ("/clock/unref", test_unref);

  return g_test_run ();
}
