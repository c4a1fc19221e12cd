/* Plays a target its corpus: every file as it is, and changed in ways that are the same each time. */
#include <glib/gstdio.h>
#include <string.h>

#include "fuzz.h"

#define N_CHANGES 60   /* of each file */

static GPtrArray *inputs;   /* of GBytes: the whole corpus */

static void
play (GByteArray *bytes)
{
  /* A block of just this size, so that the sanitizer sees who reads behind it. */
  g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);

  LLVMFuzzerTestOneInput (copy, bytes->len);
}

/* A piece of some input of the corpus. */
static GBytes *
pick_piece (GRand *random)
{
  GBytes *input = g_ptr_array_index (inputs, g_rand_int_range (random, 0, (int) inputs->len));
  gsize size = g_bytes_get_size (input);
  gsize start = (gsize) g_rand_int_range (random, 0, (int) size + 1);

  return g_bytes_new_from_bytes (input, start, (gsize) g_rand_int_range (random, 0, (int) (size - start) + 1));
}

static void
insert (GByteArray *bytes,
        gsize       at,
        GBytes     *piece)
{
  g_autoptr (GByteArray) rest = g_byte_array_new ();
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (piece, &size);

  g_byte_array_append (rest, bytes->data + at, bytes->len - (guint) at);
  g_byte_array_set_size (bytes, (guint) at);
  g_byte_array_append (bytes, data, (guint) size);
  g_byte_array_append (bytes, rest->data, rest->len);
}

static void
change (GByteArray *bytes,
        GRand      *random)
{
  static const guint8 special[] = { 0, 1, '\n', ' ', '"', '\'', '<', '>', '&', '=', ',', '/', 0x7f, 0x80, 0xc0, 0xff };
  gsize at = bytes->len > 0 ? (gsize) g_rand_int_range (random, 0, (int) bytes->len) : 0;
  g_autoptr (GBytes) piece = NULL;

  switch (bytes->len > 0 ? g_rand_int_range (random, 0, 5) : 4) {
  case 0:
    bytes->data[at] ^= (guint8) (1 << g_rand_int_range (random, 0, 8));
    break;
  case 1:
    bytes->data[at] = special[g_rand_int_range (random, 0, G_N_ELEMENTS (special))];
    break;
  case 2:
    g_byte_array_remove_range (bytes, (guint) at, (guint) g_rand_int_range (random, 1, (int) (bytes->len - at) + 1));
    break;
  case 3:
    piece = g_bytes_new (bytes->data + at, (gsize) g_rand_int_range (random, 1, (int) (bytes->len - at) + 1));
    insert (bytes, at, piece);
    break;
  default:
    piece = pick_piece (random);
    insert (bytes, at, piece);
    break;
  }
}

static void
test_input (gconstpointer data)
{
  GBytes *input = (GBytes *) data;
  g_autoptr (GRand) random = g_rand_new_with_seed (g_bytes_hash (input));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i <= N_CHANGES; i++) {
    gsize size = 0;
    const guint8 *original = g_bytes_get_data (input, &size);

    g_byte_array_set_size (bytes, 0);
    g_byte_array_append (bytes, original, (guint) size);
    for (guint n = i == 0 ? 0 : 1 + i % 3; n > 0; n--)
      change (bytes, random);
    play (bytes);
  }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_files (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_assert_cmpuint (names->len, >, 0);
  return names;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *target = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) names = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  LLVMFuzzerInitialize (&argc, &argv);

  target = g_path_get_basename (argv[1]);
  folder = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", target, NULL);
  names = list_files (folder);
  inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *file = g_build_filename (folder, names->pdata[i], NULL);
    g_autofree char *path = g_strdup_printf ("/fuzz/%s/%s", target, (char *) names->pdata[i]);
    char *bytes = NULL;
    gsize size = 0;

    g_assert_true (g_file_get_contents (file, &bytes, &size, NULL));
    g_ptr_array_add (inputs, g_bytes_new_take (bytes, size));
    g_test_add_data_func (path, g_ptr_array_index (inputs, i), test_input);
  }

  status = g_test_run ();
  g_ptr_array_unref (inputs);
  return status;
}
