/* Times and days as people read them, in zones and on days that are not like others. */
#include <glib.h>
#include <locale.h>
#include <time.h>

#include "ui-time.h"

#define SECOND G_TIME_SPAN_SECOND
#define HOUR   G_TIME_SPAN_HOUR
#define DAY    G_TIME_SPAN_DAY
#define NOON   (G_GINT64_CONSTANT (1767268800) * SECOND)   /* Thursday 2026-01-01 12:00 UTC */

static void
set_zone (const char *zone)
{
  g_setenv ("TZ", zone, TRUE);
  tzset ();
}

#define assert_text(call, expected) \
  G_STMT_START { \
    g_autofree char *text = call; \
    g_assert_cmpstr (text, ==, expected); \
  } G_STMT_END

static void
test_clock (void)
{
  set_zone ("UTC0");
  assert_text (ui_time_clock (NOON + 5 * 60 * SECOND), "12:05");
  assert_text (ui_time_clock (0), "00:00");
  set_zone ("IST-5:30");
  assert_text (ui_time_clock (NOON), "17:30");
}

static void
test_day (void)
{
  set_zone ("UTC0");
  assert_text (ui_time_day (NOON, NOON), "Today");
  assert_text (ui_time_day (NOON - 12 * HOUR, NOON), "Today");
  assert_text (ui_time_day (NOON - 12 * HOUR - SECOND, NOON), "Yesterday");
  assert_text (ui_time_day (NOON - 2 * DAY, NOON), "Tuesday");
  assert_text (ui_time_day (NOON - 6 * DAY, NOON), "Friday");
  assert_text (ui_time_day (NOON - 7 * DAY, NOON), "25 December 2025");
  assert_text (ui_time_day (NOON, NOON + 100 * DAY), "1 January");
  assert_text (ui_time_day (NOON + DAY, NOON), "2 January");   /* a clock that is wrong */
  assert_text (ui_time_short (NOON - HOUR, NOON), "11:00");
  assert_text (ui_time_short (NOON - DAY, NOON), "Yesterday");

  /* The same moment is another day elsewhere. */
  set_zone ("NZST-13");
  assert_text (ui_time_day (NOON - 2 * HOUR, NOON), "Yesterday");
  g_assert_false (ui_time_same_day (NOON - 2 * HOUR, NOON));
  g_assert_true (ui_time_same_day (NOON, NOON + 22 * HOUR));
}

/* What no clock says: a stranger may have written it. */
static void
test_absurd (void)
{
  static const gint64 moments[] = { G_MININT64, G_MAXINT64, -1, 0, G_GINT64_CONSTANT (253402300799) * SECOND };

  set_zone ("UTC0");
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autofree char *clock = ui_time_clock (moments[i]);
    g_autofree char *day = ui_time_day (moments[i], NOON);
    g_autofree char *brief = ui_time_short (moments[i], NOON);
    g_autofree char *full = ui_time_full (moments[i]);

    g_assert_cmpuint (strlen (clock), ==, 5);
    g_assert_cmpstr (day, !=, "");
    g_assert_cmpstr (brief, !=, "");
    g_assert_cmpstr (full, !=, "");
    g_assert_true (ui_time_same_day (moments[i], moments[i]));
  }
}

static void
test_left_of_day (void)
{
  set_zone ("UTC0");
  g_assert_cmpint (ui_time_left_of_day (NOON), ==, 12 * HOUR);
  g_assert_cmpint (ui_time_left_of_day (NOON + 12 * HOUR), ==, DAY);
  g_assert_cmpint (ui_time_left_of_day (NOON + 12 * HOUR - SECOND), ==, SECOND);

  /* Europe's longest and shortest day of 2026: 25 October and 29 March. */
  set_zone ("CET-1CEST,M3.5.0,M10.5.0/3");
  g_assert_cmpint (ui_time_left_of_day (G_GINT64_CONSTANT (1792879200) * SECOND), ==, 25 * HOUR);
  g_assert_cmpint (ui_time_left_of_day (G_GINT64_CONSTANT (1774738800) * SECOND), ==, 23 * HOUR);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/clock", test_clock);
  g_test_add_func ("/time/day", test_day);
  g_test_add_func ("/time/absurd", test_absurd);
  g_test_add_func ("/time/left-of-day", test_left_of_day);
  return g_test_run ();
}
