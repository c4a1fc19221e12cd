/* The store's files: who may read them, what cannot be opened, and what is left after a kill. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store-fixture.h"

static guint
mode_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static void
assert_adds (Store *store, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *added = fixture_run (store, fixture_add_job, (gpointer) name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (added, ==, name);
}

static void
test_modes (void)
{
  g_autoptr (FixtureFolder) root = fixture_folder ();
  g_autofree char *folder = g_build_filename (root, "share", "linnet", NULL);
  g_autofree char *path = g_build_filename (folder, "linnet.db", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);
  g_autoptr (Store) again = NULL;

  g_assert_no_error (error);
  assert_adds (store, "romeo@montague.example");
  g_assert_cmphex (mode_of (folder), ==, 0700);
  g_assert_cmphex (mode_of (path), ==, 0600);
  g_assert_cmphex (mode_of (wal), ==, 0600);
  g_assert_cmphex (mode_of (shm), ==, 0600);

  /* The log is part of the file again once it is closed, and a file that others could read no longer is. */
  g_assert_true (store_close (store, NULL));
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  again = fixture_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmphex (mode_of (path), ==, 0600);
}

static void
test_reopened (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "linnet.db", NULL);

  for (guint i = 0; i < 3; i++) {
    g_autofree char *name = g_strdup_printf ("n%u", i);
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) store = fixture_open (path, &error);

    g_assert_no_error (error);
    assert_adds (store, name);
    g_assert_null (fixture_run (store, fixture_add_job, (gpointer) "n0", &error));
    g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
  }
}

static void
assert_cannot_open (const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);

  g_assert_null (store);
  g_assert_error (error, STORE_ERROR, code);
}

static void
test_unusable (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below_file = g_build_filename (file, "linnet.db", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  assert_cannot_open (folder, STORE_ERROR_FAILED);
  assert_cannot_open (below_file, STORE_ERROR_FAILED);
}

static void
cancelled_open_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (store_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_open_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;

  store_open_async (":memory:", cancellable, cancelled_open_cb, &done);
  g_cancellable_cancel (cancellable);
  fixture_spin (&done);
}

static void
say_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *name = store_run_finish (STORE_STORE (source), result, NULL);

  g_assert_nonnull (name);
  printf ("%s\n", name);
  fflush (stdout);
}

/* The other program of the kill test: stores for ever, and says what was answered. */
static int
store_for_ever (const char *path)
{
  g_autoptr (Store) store = fixture_open (path, NULL);

  for (guint i = 0;; i++) {
    store_run_async (store, fixture_add_job, g_strdup_printf ("n%u", i), g_free, g_free, NULL, say_cb, NULL);
    while (i % 50 == 49 && g_main_context_iteration (NULL, FALSE))
      ;
  }
  return 1;
}

/* What was answered is there after a kill -9 at any moment, without a gap before it. */
static void
test_killed (gconstpointer data)
{
  const char *program = data;
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "linnet.db", NULL);
  guint total = 0;

  for (guint round = 1; round <= 3; round++) {
    g_autofree char *file = g_strdup_printf ("%s%u", path, round);
    g_autoptr (GError) error = NULL;
    g_autoptr (GSubprocess) child =
        g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--store-for-ever", file, NULL);
    g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
    g_autoptr (GPtrArray) names = NULL;
    g_autoptr (Store) store = NULL;
    guint said = 0;

    g_assert_no_error (error);
    for (;;) {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_autofree char *expected = g_strdup_printf ("n%u", said);

      if (line == NULL)
        break;
      g_assert_cmpstr (line, ==, expected);
      if (++said == 40 * round + round)
        g_subprocess_force_exit (child);
    }
    g_subprocess_wait (child, NULL, NULL);

    store = fixture_open (file, &error);
    g_assert_no_error (error);
    names = fixture_sqlite (file, "SELECT jid FROM accounts ORDER BY id");
    g_assert_cmpuint (names->len, >=, said);
    for (guint i = 0; i < names->len; i++) {
      g_autofree char *expected = g_strdup_printf ("n%u", i);

      g_assert_cmpstr (names->pdata[i], ==, expected);
    }
    total += said;
  }
  g_assert_cmpuint (total, >=, 41 + 82 + 123);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--store-for-ever"))
    return store_for_ever (argv[2]);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/modes", test_modes);
  g_test_add_func ("/files/reopened", test_reopened);
  g_test_add_func ("/files/unusable", test_unusable);
  g_test_add_func ("/files/open-cancelled", test_open_cancelled);
  g_test_add_data_func ("/files/killed", argv[0], test_killed);
  return g_test_run ();
}
