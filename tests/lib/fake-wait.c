/* How a test waits: the main context runs until something is so, and the test ends if it never is. */

#include "fake-server.h"

static gboolean
deadline_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Runs the main context until done says TRUE. */
void
fake_wait_until (gboolean    (*done) (gpointer data),
                 gpointer      data,
                 const char   *what)
{
  gboolean over = FALSE;
  guint timer = g_timeout_add (FAKE_DEADLINE / G_TIME_SPAN_MILLISECOND, deadline_cb, &over);

  while (!done (data) && !over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  if (!done (data))
    g_error ("waited in vain for %s", what);
}

void
fake_result_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GAsyncResult **place = user_data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

GAsyncResult *
fake_wait (GAsyncResult **result)
{
  fake_wait_until (is_set, result, "an asynchronous result");
  return *result;
}

void
fake_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}
