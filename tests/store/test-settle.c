/* Own lines of which nobody knows what became of them: found in the archive, or not, and where they stand then. */
#include "store-fixture.h"

#include "store-messages-settle.h"

#define OWNER  "romeo@montague.example"
#define FRIEND "juliet@capulet.example"

typedef struct {
  StoreDb *db;
  gint64   account, juliet;
} House;

static void
house_open (House *house, gconstpointer data)
{
  house->db = fixture_db ();
  house->account = fixture_account (house->db, OWNER);
  house->juliet = fixture_conversation (house->db, house->account, FRIEND);
}

static void
house_close (House *house, gconstpointer data)
{
  g_clear_pointer (&house->db, store_db_free);
}

static gint64
write_line (House *house, const char *id)
{
  StoreMessageRow *row = fixture_outgoing (house->juliet, id);

  row->stanza_id = g_strdup (id);
  row->origin_id = g_strdup (id);
  row->tried = TRUE;
  return fixture_insert (house->db, row);
}

static gint64
hear (House *house, const char *archive_id)
{
  StoreMessageRow *row = fixture_incoming (house->juliet, archive_id);

  row->archive_id = g_strdup (archive_id);
  return fixture_insert (house->db, row);
}

static GPtrArray *
settle (House *house, const StoreSeen *seen, gsize n, gint64 first, gboolean reaches)
{
  g_autoptr (GError) error = NULL;
  gboolean reached = !reaches;
  GPtrArray *rows = store_messages_settle_rows (house->db, house->juliet, seen, n, first, &reached, &error);

  g_assert_no_error (error);
  g_assert_cmpint (reached, ==, reaches);
  return rows;
}

static void
assert_bodies (House *house, const char *expected)
{
  g_autoptr (GPtrArray) rows = store_messages_before_rows (house->db, house->juliet, G_MAXINT64, 100, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ((StoreMessageRow *) rows->pdata[i])->body);
  g_assert_cmpstr (text->str, ==, expected);
}

/* The link was lost before the server said that it has them; what came before that is here. */
static void
test_between (House *house, gconstpointer data)
{
  const StoreSeen seen[] = {
    { "a4", FRIEND, NULL }, { "a3", OWNER, "m2" }, { "a2", FRIEND, NULL }, { "a1", OWNER, "m1" }, { "a0", FRIEND, NULL },
  };
  g_autoptr (GPtrArray) found = NULL;
  const StoreMessageRow *row;
  gint64 m1, m2;

  hear (house, "a0");
  m1 = write_line (house, "m1");
  m2 = write_line (house, "m2");
  write_line (house, "m3");
  hear (house, "a2");
  hear (house, "a4");
  found = settle (house, seen, G_N_ELEMENTS (seen), m1, TRUE);
  g_assert_cmpuint (found->len, ==, 2);
  row = found->pdata[0];
  g_assert_cmpint (row->id, ==, m2);
  g_assert_cmpint (row->state, ==, STORE_MESSAGE_SENT);
  g_assert_cmpstr (row->archive_id, ==, "a3");
  g_assert_cmpstr (row->body, ==, "m2");
  g_assert_false (row->tried);
  assert_bodies (house, "a0 m1 a2 m2 a4 m3");
}

/* The gap in which they lie was not read yet: what comes out of it later stands around them. */
static void
test_in_gap (House *house, gconstpointer data)
{
  const StoreSeen seen[] = {
    { "a5", FRIEND, NULL }, { "a4", OWNER, "m2" }, { "a3", FRIEND, NULL }, { "a2", OWNER, "m1" }, { "a1", FRIEND, NULL },
  };
  g_autoptr (GPtrArray) first = store_archives_open_rows (house->db, house->account, OWNER, 1, NULL);
  g_autoptr (GPtrArray) gaps = NULL;
  g_autoptr (GPtrArray) found = NULL;
  gint64 m1;

  hear (house, "a0");
  g_assert_true (store_archives_newest_rows (house->db, house->account, OWNER, "a0", NULL));
  m1 = write_line (house, "m1");
  write_line (house, "m2");
  gaps = store_archives_open_rows (house->db, house->account, OWNER, 2, NULL);
  hear (house, "a6");

  found = settle (house, seen, G_N_ELEMENTS (seen), m1, FALSE);
  g_assert_cmpuint (found->len, ==, 2);
  assert_bodies (house, "a0 m1 m2 a6");
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++) {
    g_autoptr (StoreMessageRow) row = fixture_incoming (house->juliet, seen[i].archive_id);
    gboolean is_new = FALSE;

    if (seen[i].origin_id != NULL) {
      row->outgoing = TRUE;
      row->state = STORE_MESSAGE_SENT;
    }
    g_free (row->sender);
    row->sender = g_strdup (seen[i].sender);
    row->origin_id = g_strdup (seen[i].origin_id);
    row->archive_id = g_strdup (seen[i].archive_id);
    g_assert_true (store_archives_insert_rows (house->db, gaps->pdata[0], row, &is_new, NULL));
    g_assert_cmpint (is_new, ==, seen[i].origin_id == NULL);
  }
  assert_bodies (house, "a0 a1 m1 a3 m2 a5 a6");
}

/* Nothing else is known of it but when it was tried. */
static void
test_alone (House *house, gconstpointer data)
{
  const StoreSeen seen[] = { { "a1", OWNER, "m1" } };
  gint64 m1 = write_line (house, "m1");
  g_autoptr (GPtrArray) found = NULL;

  hear (house, "x");
  found = settle (house, seen, 1, m1, FALSE);
  g_assert_cmpuint (found->len, ==, 1);
  assert_bodies (house, "m1 x");
}

/* Something came in after the archive was asked. */
static void
test_late (House *house, gconstpointer data)
{
  const StoreSeen seen[] = { { "a2", OWNER, "m2" }, { "a1", OWNER, "m1" }, { "a0", FRIEND, NULL } };
  g_autoptr (GPtrArray) found = NULL;
  gint64 m1;

  hear (house, "a0");
  m1 = write_line (house, "m1");
  write_line (house, "m2");
  hear (house, "a3");
  found = settle (house, seen, G_N_ELEMENTS (seen), m1, TRUE);
  g_assert_cmpuint (found->len, ==, 2);
  assert_bodies (house, "a0 m1 m2 a3");
}

/* Nobody else makes our lines sent by repeating their ids, and what failed with an error stays so. */
static void
test_not_ours (House *house, gconstpointer data)
{
  g_autoptr (StoreMessageRow) sent = NULL;
  g_autoptr (StoreMessageRow) bounced = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) left = NULL;
  gint64 m1, m2;
  const StoreSeen seen[] = {
    { "a3", FRIEND, "m1" }, { "m1", FRIEND, NULL }, { "a2", OWNER, "other" }, { "a1", OWNER, "m2" },
  };

  m2 = write_line (house, "m2");
  sent = store_messages_state_rows (house->db, m2, STORE_MESSAGE_SENT, NULL, NULL);
  bounced = store_messages_state_rows (house->db, m2, STORE_MESSAGE_FAILED, "gone", NULL);
  m1 = write_line (house, "m1");
  found = settle (house, seen, G_N_ELEMENTS (seen), m1, TRUE);
  g_assert_cmpuint (found->len, ==, 0);
  left = store_messages_pending_rows (house->db, house->account, NULL);
  g_assert_cmpuint (left->len, ==, 1);
  assert_bodies (house, "m2 m1");
}

/* Reading what waits to be sent notes that it was tried, and says what it was before. */
static void
test_try (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 stranger = fixture_account (house->db, "tybalt@capulet.example");
  gint64 id = fixture_insert (house->db, fixture_outgoing (house->juliet, "new"));
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) foreign = NULL;
  g_autoptr (StoreMessageRow) failed = NULL;
  g_autoptr (StoreMessageRow) retried = NULL;
  g_autoptr (StoreMessageRow) sent = NULL;

  fixture_insert (house->db, fixture_outgoing (fixture_conversation (house->db, stranger, FRIEND), "his"));
  write_line (house, "old");
  first = store_messages_try_rows (house->db, house->account, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->len, ==, 2);
  g_assert_false (((StoreMessageRow *) first->pdata[0])->tried);
  g_assert_true (((StoreMessageRow *) first->pdata[1])->tried);
  second = store_messages_try_rows (house->db, house->account, &error);
  g_assert_true (((StoreMessageRow *) second->pdata[0])->tried);
  foreign = store_messages_try_rows (house->db, stranger, &error);
  g_assert_false (((StoreMessageRow *) foreign->pdata[0])->tried);

  /* It stays so until it is known as sent. */
  failed = store_messages_state_rows (house->db, id, STORE_MESSAGE_FAILED, "uncertain", &error);
  retried = store_messages_state_rows (house->db, id, STORE_MESSAGE_PENDING, NULL, &error);
  g_assert_true (retried->tried);
  sent = store_messages_state_rows (house->db, id, STORE_MESSAGE_SENT, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (sent->tried);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *name; void (*func) (House *house, gconstpointer data); } tests[] = {
    { "/settle/between", test_between },
    { "/settle/in-gap", test_in_gap },
    { "/settle/alone", test_alone },
    { "/settle/late", test_late },
    { "/settle/not-ours", test_not_ours },
    { "/settle/try", test_try },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, House, NULL, house_open, tests[i].func, house_close);
  return g_test_run ();
}
