/* XEP-0082 dates and times, to and from microseconds since 1970 UTC. */
#include "base-date.h"

#define DAYS_TO_1970 719163                            /* GDate's number of 1 January 1970 */
#define FIRST_US     (-62135596800 * G_USEC_PER_SEC)   /* 0001-01-01T00:00:00Z */
#define LAST_US      (253402300799 * G_USEC_PER_SEC)   /* 9999-12-31T23:59:59Z */

/**
 * base_date_format:
 * @us: µs since 1970 UTC, of the years 1 to 9999; others become the nearest of these
 *
 * Returns: (transfer full): the moment as an XEP-0082 DateTime in UTC, with fractions of a second if there are any
 */
char *
base_date_format (gint64 us)
{
  gint64 clamped = CLAMP (us, FIRST_US, LAST_US);
  int fraction = (int) (clamped % G_USEC_PER_SEC);
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *seconds = NULL;

  if (fraction < 0)
    fraction += G_USEC_PER_SEC;

  moment = g_date_time_new_from_unix_utc ((clamped - fraction) / G_USEC_PER_SEC);
  seconds = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d", g_date_time_get_year (moment),
                             g_date_time_get_month (moment), g_date_time_get_day_of_month (moment),
                             g_date_time_get_hour (moment), g_date_time_get_minute (moment),
                             g_date_time_get_second (moment));

  if (fraction == 0)
    return g_strconcat (seconds, "Z", NULL);
  if (fraction % 1000 == 0)
    return g_strdup_printf ("%s.%03dZ", seconds, fraction / 1000);

  return g_strdup_printf ("%s.%06dZ", seconds, fraction);
}

/* Reads exactly @n_digits, and @end after them unless it is NUL. */
static gboolean
take_number (const char **at,
             guint        n_digits,
             char         end,
             int         *number)
{
  *number = 0;
  for (guint i = 0; i < n_digits; i++, (*at)++) {
    if (!g_ascii_isdigit (**at))
      return FALSE;
    *number = *number * 10 + g_ascii_digit_value (**at);
  }

  return end == '\0' || *(*at)++ == end;
}

/* Reads ".123", of any length; what is finer than µs is cut off. */
static gboolean
take_fraction (const char **at,
               gint64      *us)
{
  gint64 unit = G_USEC_PER_SEC;

  *us = 0;
  if (**at != '.')
    return TRUE;
  if (!g_ascii_isdigit (*++(*at)))
    return FALSE;

  for (; g_ascii_isdigit (**at); (*at)++) {
    unit /= 10;
    *us += g_ascii_digit_value (**at) * unit;
  }

  return TRUE;
}

/* Reads "Z", "+02:00" or "-05:30", which must be the last. */
static gboolean
take_zone (const char **at,
           gint64      *seconds)
{
  int sign = **at == '-' ? -1 : 1;
  int hours, minutes;

  *seconds = 0;
  if (**at == 'Z')
    return (*at)[1] == '\0';
  if (*(*at) != '+' && **at != '-')
    return FALSE;

  (*at)++;
  if (!take_number (at, 2, ':', &hours) || !take_number (at, 2, '\0', &minutes) || **at != '\0' || minutes > 59
      || hours * 60 + minutes > 14 * 60)
    return FALSE;
  *seconds = sign * (hours * 3600 + minutes * 60);

  return TRUE;
}

/**
 * base_date_parse:
 * @text: an XEP-0082 DateTime, like "1969-07-21T02:56:15Z" or "1969-07-20T21:56:15.123-05:00"
 * @us: (out): µs since 1970 UTC; left alone on failure
 *
 * Returns: whether @text is such a moment
 */
gboolean
base_date_parse (const char *text,
                 gint64     *us)
{
  int year, month, day, hour, minute, second;
  gint64 fraction, zone;
  GDate date;

  if (!take_number (&text, 4, '-', &year) || !take_number (&text, 2, '-', &month) || !take_number (&text, 2, 'T', &day)
      || !take_number (&text, 2, ':', &hour) || !take_number (&text, 2, ':', &minute)
      || !take_number (&text, 2, '\0', &second) || !take_fraction (&text, &fraction) || !take_zone (&text, &zone))
    return FALSE;

  /* 60 is a leap second, which Unix time does not count. */
  if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year) || hour > 23 || minute > 59
      || second > 60)
    return FALSE;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  *us = (((gint64) g_date_get_julian (&date) - DAYS_TO_1970) * 86400 + hour * 3600 + minute * 60 + second - zone)
            * G_USEC_PER_SEC
        + fraction;

  return TRUE;
}
