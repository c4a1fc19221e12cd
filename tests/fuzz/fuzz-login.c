/* Fuzzes signing in, and going on with a session of before: each line is what the server says next, or what happens.
 * Whoever is online then hears and answers.
 *
 *   !connect  we sign in (again)       !wait  20 seconds pass
 *   !lost     the link breaks          !end   the server ends its stream
 */
#include <string.h>

#include "base-work.h"
#include "fuzz.h"
#include "world.h"
#include "xmpp-error.h"

/* What runs in the pool otherwise runs here and now: this file's functions are linked instead of base-work's. */
void
base_work_async (BaseWorkFunc         func,
                 gpointer             data,
                 GDestroyNotify       destroy,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GError *error = NULL;
  GBytes *bytes = func (data, &error);

  if (destroy != NULL)
    destroy (data);
  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

GBytes *
base_work_finish (GAsyncResult  *result,
                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A million iterations are allowed, and take too long here. */
static gboolean
is_slow (const char *line)
{
  for (const char *at = line; (at = strstr (at, "i=")) != NULL;)
    if (strspn (at += 2, "0123456789") > 4)
      return TRUE;
  return FALSE;
}

static void
play (World      *world,
      const char *line)
{
  g_autoptr (GError) lost = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "Lost");

  if (g_str_equal (line, "!connect")) {
    world_connect (world);
  } else if (g_str_equal (line, "!wait")) {
    base_clock_advance (world->clock, 20 * G_TIME_SPAN_SECOND);
    world_settle (world);
  } else if (g_str_equal (line, "!lost")) {
    world_end (world, lost);
  } else if (g_str_equal (line, "!end")) {
    world_end (world, NULL);
  } else if (!is_slow (line)) {
    world_say_xml (world, line);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size);
  g_autoptr (World) world = world_new (FALSE);

  world_connect (world);
  for (guint i = 0; lines[i] != NULL; i++)
    play (world, lines[i]);
  world_check (world);
  base_clock_advance (world->clock, 2 * G_TIME_SPAN_MINUTE);
  world_settle (world);
  return 0;
}
