/* Times and days as a reader expects them: "14:05", "Yesterday", "Monday", "12 March 2025". */
#include "ui-time.h"

#include <glib/gi18n.h>

static GDateTime *
local_time (gint64 us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_local (utc) : g_date_time_new_from_unix_local (0);
}

/* Whole days between two moments' calendar days, in local time. */
static int
days_between (GDateTime *earlier,
              GDateTime *later)
{
  GDate a, b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, g_date_time_get_day_of_month (earlier), g_date_time_get_month (earlier),
                  g_date_time_get_year (earlier));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (later), g_date_time_get_month (later),
                  g_date_time_get_year (later));
  return g_date_days_between (&a, &b);
}

/**
 * ui_time_clock:
 * @us: a moment, in µs since 1970 UTC
 *
 * The time of day in the user's time zone.
 *
 * Returns: (transfer full): "14:05"
 */
char *
ui_time_clock (gint64 us)
{
  g_autoptr (GDateTime) time = local_time (us);

  /* Translators: the time of day, a strftime format; use "%I:%M %p" where a 12-hour clock is usual. */
  return g_date_time_format (time, _("%H:%M"));
}

/**
 * ui_time_day:
 * @us: a moment, in µs since 1970 UTC
 * @now_us: the present, in µs since 1970 UTC
 *
 * The day of a moment, told from today.
 *
 * Returns: (transfer full): "Today", "Yesterday", "Monday", "12 March" or "12 March 2025"
 */
char *
ui_time_day (gint64 us,
             gint64 now_us)
{
  g_autoptr (GDateTime) time = local_time (us);
  g_autoptr (GDateTime) now = local_time (now_us);
  int days = days_between (time, now);

  if (days == 0)
    return g_strdup (_("Today"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (time, "%A");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a day of this year, a strftime format. */
    return g_date_time_format (time, _("%-d %B"));
  return ui_time_date (us);
}

/**
 * ui_time_date:
 * @us: a moment, in µs since 1970 UTC
 *
 * The day of a moment, whatever day it is today.
 *
 * Returns: (transfer full): "12 March 2025"
 */
char *
ui_time_date (gint64 us)
{
  g_autoptr (GDateTime) time = local_time (us);

  /* Translators: a day of another year, a strftime format. */
  return g_date_time_format (time, _("%-d %B %Y"));
}

/**
 * ui_time_short:
 * @us: a moment, in µs since 1970 UTC
 * @now_us: the present, in µs since 1970 UTC
 *
 * The shortest form that still says when: for the end of a row.
 *
 * Returns: (transfer full): "14:05" today, else as ui_time_day()
 */
char *
ui_time_short (gint64 us,
               gint64 now_us)
{
  return ui_time_same_day (us, now_us) ? ui_time_clock (us) : ui_time_day (us, now_us);
}

/**
 * ui_time_left_of_day:
 * @us: a moment, in µs since 1970 UTC
 *
 * How long it is until the next day begins in the user's time zone, also where a day has 23 or 25 hours.
 *
 * Returns: µs, more than 0
 */
gint64
ui_time_left_of_day (gint64 us)
{
  g_autoptr (GDateTime) time = local_time (us);
  g_autoptr (GDateTime) same_time = g_date_time_add_days (time, 1);
  g_autoptr (GDateTime) tomorrow =
      g_date_time_new_local (g_date_time_get_year (same_time), g_date_time_get_month (same_time),
                             g_date_time_get_day_of_month (same_time), 0, 0, 0);

  return MAX (g_date_time_difference (tomorrow, time), 1);
}

/**
 * ui_time_full:
 * @us: a moment, in µs since 1970 UTC
 *
 * Date and time in full, for tooltips and descriptions.
 *
 * Returns: (transfer full): the date and time in the user's locale
 */
char *
ui_time_full (gint64 us)
{
  g_autoptr (GDateTime) time = local_time (us);

  return g_date_time_format (time, "%c");
}

/**
 * ui_time_same_day:
 * @a_us: a moment, in µs since 1970 UTC
 * @b_us: another one
 *
 * Whether both fall on one calendar day in the user's time zone.
 *
 * Returns: %TRUE if they do
 */
gboolean
ui_time_same_day (gint64 a_us,
                  gint64 b_us)
{
  g_autoptr (GDateTime) a = local_time (a_us);
  g_autoptr (GDateTime) b = local_time (b_us);

  return days_between (a, b) == 0;
}
