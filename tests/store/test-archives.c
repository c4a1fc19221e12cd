/* Archives: which gaps there are, where what comes out of them stands, and what counts as read. */
#include "store-fixture.h"

#define OWNER "romeo@montague.example"

typedef struct {
  StoreDb *db;
  gint64   account, juliet, nurse;
} House;

static void
house_open (House *house, gconstpointer data)
{
  house->db = fixture_db ();
  house->account = fixture_account (house->db, OWNER);
  house->juliet = fixture_conversation (house->db, house->account, "juliet@capulet.example");
  house->nurse = fixture_conversation (house->db, house->account, "nurse@capulet.example");
}

static void
house_close (House *house, gconstpointer data)
{
  g_clear_pointer (&house->db, store_db_free);
}

static GPtrArray *
open_gaps (House *house, gint64 now, guint expected)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *gaps = store_archives_open_rows (house->db, house->account, OWNER, now, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (gaps->len, ==, expected);
  for (guint i = 1; i < gaps->len; i++)
    g_assert_cmpint (((StoreGapRow *) gaps->pdata[i])->high, <=, ((StoreGapRow *) gaps->pdata[i - 1])->low);
  return gaps;
}

static GPtrArray *
get_gaps (House *house, guint expected)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *gaps = store_archives_gaps_rows (house->db, house->account, OWNER, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (gaps->len, ==, expected);
  return gaps;
}

static StoreMessageRow *
with_archive_id (StoreMessageRow *row, const char *archive_id)
{
  row->archive_id = g_strdup (archive_id);
  return row;
}

static StoreMessageRow *
with_origin_id (StoreMessageRow *row, const char *origin_id)
{
  row->stanza_id = g_strdup (origin_id);
  row->origin_id = g_strdup (origin_id);
  return row;
}

static StoreMessageRow *
said_by_us (gint64 conversation, const char *body)
{
  StoreMessageRow *row = fixture_outgoing (conversation, body);

  row->state = STORE_MESSAGE_SENT;
  return row;
}

/* A message that comes in while the link is up, as the inbox stores it. */
static void
hear (House *house, gint64 conversation, const char *body, const char *archive_id)
{
  fixture_insert (house->db, with_archive_id (fixture_incoming (conversation, body), archive_id));
  if (archive_id != NULL)
    g_assert_true (store_archives_newest_rows (house->db, house->account, OWNER, archive_id, NULL));
}

/* Returns whether it was new. */
static gboolean
take (House *house, StoreGapRow *gap, StoreMessageRow *row)
{
  g_autoptr (StoreMessageRow) owned = row;
  g_autoptr (GError) error = NULL;
  gboolean is_new = FALSE;

  g_assert_true (store_archives_insert_rows (house->db, gap, owned, &is_new, &error));
  g_assert_no_error (error);
  g_assert_cmpint (owned->id, >, 0);
  g_assert_cmpint (gap->high, >, gap->low);
  if (is_new)
    g_assert_cmpint (owned->position, ==, gap->high);
  return is_new;
}

static void
turn (House *house, StoreGapRow *gap, const char *first_id, gboolean complete)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_archives_page_rows (house->db, gap, first_id, complete, &error));
  g_assert_no_error (error);
}

static void
assert_bodies (House *house, gint64 conversation, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_messages_before_rows (house->db, conversation, G_MAXINT64, 100, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ((StoreMessageRow *) rows->pdata[i])->body);
  g_assert_cmpstr (text->str, ==, expected);
}

static guint
count_unread (House *house, gint64 conversation)
{
  g_autoptr (GPtrArray) rows = store_conversations_load_rows (house->db, NULL);

  for (guint i = 0; i < rows->len; i++) {
    const StoreConversationRow *row = rows->pdata[i];

    if (row->id == conversation)
      return row->unread;
  }
  g_assert_not_reached ();
}

/* Two sessions, and what was said before, between and after them. */
static void
test_two_gaps (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) first = open_gaps (house, 100, 1);
  const StoreGapRow *history = first->pdata[0];
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GPtrArray) none = NULL;
  StoreGapRow *gap;

  g_assert_true (history->is_history);
  g_assert_cmpint (history->low, ==, 0);
  g_assert_cmpint (history->opened_at, ==, 100);
  g_assert_null (history->after_id);
  g_assert_null (history->before_id);
  hear (house, house->juliet, "j5", "a5");
  hear (house, house->nurse, "n6", "a6");

  second = open_gaps (house, 200, 2);
  gap = second->pdata[0];
  g_assert_false (gap->is_history);
  g_assert_cmpstr (gap->after_id, ==, "a6");
  g_assert_null (gap->before_id);
  g_assert_cmpint (gap->low, >, history->high);
  g_assert_cmpstr (((StoreGapRow *) second->pdata[1])->before_id, ==, "a5");
  hear (house, house->juliet, "j9", "a9");

  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "n8"), "a8")));
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j7"), "a7")));
  turn (house, gap, "a7", FALSE);
  left = get_gaps (house, 2);
  g_assert_cmpint (((StoreGapRow *) left->pdata[0])->high, ==, gap->high);
  g_assert_cmpstr (((StoreGapRow *) left->pdata[0])->before_id, ==, "a7");
  turn (house, gap, NULL, TRUE);

  gap = second->pdata[1];
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j4"), "a4")));
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "n3"), "a3")));
  turn (house, gap, "a3", FALSE);
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j2"), "a2")));
  turn (house, gap, "a1", TRUE);
  none = get_gaps (house, 0);

  assert_bodies (house, house->juliet, "j2 j4 j5 j7 j9");
  assert_bodies (house, house->nurse, "n3 n6 n8");
  g_assert_cmpuint (count_unread (house, house->juliet), ==, 3);
  g_assert_cmpuint (count_unread (house, house->nurse), ==, 2);
}

/* A link that comes and goes leaves no row behind, whether something without an archive id came or not. */
static void
test_flapping (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) first = open_gaps (house, 1, 1);
  const gint64 high = ((StoreGapRow *) first->pdata[0])->high;
  StoreGapRow *gap = NULL;
  g_autoptr (GPtrArray) gaps = NULL;
  gint64 low;

  for (gint64 i = 2; i < 10; i++) {
    g_autoptr (GPtrArray) again = open_gaps (house, i, 1);

    gap = again->pdata[0];
    g_assert_cmpint (gap->high, ==, high);
    g_assert_cmpint (gap->opened_at, ==, i);
  }

  hear (house, house->juliet, "j1", "a1");
  for (gint64 i = 10; i < 20; i++) {
    g_autoptr (GPtrArray) again = open_gaps (house, i, 2);
    g_autofree char *body = g_strdup_printf ("n%d", (int) i);

    gap = again->pdata[0];
    g_assert_cmpstr (gap->after_id, ==, "a1");
    low = gap->low;
    hear (house, house->nurse, body, NULL);
  }
  gaps = open_gaps (house, 20, 2);
  gap = gaps->pdata[0];
  g_assert_cmpint (gap->low, ==, low);

  /* What came without one is found again inside, and what was missed stands around it. */
  g_assert_true (take (house, gap, with_archive_id (with_origin_id (fixture_incoming (house->nurse, "n19+"), "x"), "b")));
  fixture_insert (house->db, with_origin_id (fixture_incoming (house->nurse, "n20"), "y"));
  assert_bodies (house, house->nurse, "n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n19+ n20");
}

/* Who is no account has no archive; one that is forgotten begins anew; an account takes its archives along. */
static void
test_forget (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = open_gaps (house, 1, 1);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) again = NULL;
  StoreGapRow *gap = first->pdata[0];

  g_assert_null (store_archives_open_rows (house->db, 4711, OWNER, 1, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  hear (house, house->juliet, "j1", "a1");
  g_assert_true (store_archives_forget_rows (house->db, house->account, OWNER, &error));
  none = get_gaps (house, 0);
  g_assert_true (store_archives_newest_rows (house->db, house->account, OWNER, "a2", &error));
  turn (house, gap, "a0", FALSE);

  again = open_gaps (house, 2, 1);
  gap = again->pdata[0];
  g_assert_true (gap->is_history);
  g_assert_null (gap->after_id);
  g_assert_true (store_accounts_remove_rows (house->db, house->account, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture_count (house->db, "archives"), ==, 0);
  g_assert_cmpint (fixture_count (house->db, "gaps"), ==, 0);
}

/* The newest that is known is the first item of the first page, or what came in live after that was asked for. */
static void
test_newest (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) first = open_gaps (house, 1, 1);
  StoreGapRow *gap = first->pdata[0];
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  g_autoptr (GPtrArray) fourth = NULL;

  take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j7"), "a7"));
  take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j6"), "a6"));
  turn (house, gap, "a6", FALSE);
  take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j5"), "a5"));
  turn (house, gap, "a5", FALSE);
  second = open_gaps (house, 2, 2);
  gap = second->pdata[0];
  g_assert_cmpstr (gap->after_id, ==, "a7");

  /* The page was asked for, then something came in, then the page: it is older. */
  hear (house, house->nurse, "n9", "a9");
  take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j8"), "a8"));
  turn (house, gap, "a8", FALSE);
  third = open_gaps (house, 3, 3);
  gap = third->pdata[0];
  g_assert_cmpstr (gap->after_id, ==, "a9");
  g_assert_cmpstr (((StoreGapRow *) third->pdata[1])->before_id, ==, "a8");

  /* A page without a message in it says something, too; one without anything takes nothing back. */
  turn (house, gap, "r12", FALSE);
  gap->before_id = (g_free (gap->before_id), NULL);
  turn (house, gap, NULL, FALSE);
  fourth = open_gaps (house, 4, 4);
  g_assert_cmpstr (((StoreGapRow *) fourth->pdata[0])->after_id, ==, "r12");
  g_assert_cmpstr (((StoreGapRow *) fourth->pdata[1])->before_id, ==, "r12");
}

/* What was here before an archive was known keeps its place; what is missing comes before, between and after it. */
static void
test_old_rows (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) gaps = NULL;
  StoreGapRow *gap;

  fixture_insert (house->db, with_origin_id (fixture_incoming (house->juliet, "j3"), "o3"));
  fixture_insert (house->db, with_origin_id (fixture_incoming (house->nurse, "n4"), "o4"));
  fixture_insert (house->db, with_origin_id (fixture_incoming (house->juliet, "j8"), "o8"));
  gaps = open_gaps (house, 1, 1);
  gap = gaps->pdata[0];
  hear (house, house->juliet, "j10", "a10");

  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j9"), "a9")));
  g_assert_false (take (house, gap, with_archive_id (with_origin_id (fixture_incoming (house->juliet, "j8"), "o8"), "a8")));
  for (int i = 0; i < 40; i++) {
    g_autofree char *id = g_strdup_printf ("b%d", i);

    g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "."), id)));
  }
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "n5"), "a5")));
  g_assert_false (take (house, gap, with_archive_id (with_origin_id (fixture_incoming (house->nurse, "n4"), "o4"), "a4")));
  g_assert_false (take (house, gap, with_archive_id (with_origin_id (fixture_incoming (house->juliet, "j3"), "o3"), "a3")));
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "j2"), "a2")));
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "n1"), "a1")));
  turn (house, gap, "a1", TRUE);

  assert_bodies (house, house->nurse, "n1 n4 n5");
  assert_bodies (house, house->juliet,
                 "j2 j3 . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . j8 j9 j10");
}

/* There is always room: between two neighbours that are close, and where there is none at all. */
static void
test_room (House *house, gconstpointer data)
{
  const int n = GPOINTER_TO_INT (data);
  g_autoptr (GPtrArray) gaps = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  StoreMessageRow *row;
  StoreGapRow *gap;
  gint64 stranger = fixture_account (house->db, "tybalt@capulet.example");
  gint64 other = fixture_conversation (house->db, stranger, "juliet@capulet.example");

  hear (house, house->juliet, "first", "first");
  hear (house, house->nurse, "older", "older");
  row = with_archive_id (fixture_incoming (house->juliet, "last"), "last");
  row->position = FIXTURE_PLACE (2) + (n == 5000 ? STORE_POSITION_GAP : 8);
  fixture_insert (house->db, row);
  row = fixture_incoming (other, "not ours");
  row->position = FIXTURE_PLACE (2) + 5;
  fixture_insert (house->db, row);

  gaps = open_gaps (house, 1, 1);
  gap = gaps->pdata[0];
  g_assert_false (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "last"), "last")));
  for (int i = n; i > 0; i--) {
    g_autofree char *body = g_strdup_printf ("%d", i);
    g_autofree char *id = g_strdup_printf ("a%d", i);

    g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->juliet, body), id)));
  }
  g_assert_true (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "old"), "old")));
  g_assert_false (take (house, gap, with_archive_id (fixture_incoming (house->nurse, "older"), "older")));
  g_assert_false (take (house, gap, with_archive_id (fixture_incoming (house->juliet, "first"), "first")));
  assert_bodies (house, house->nurse, "older old");

  rows = store_messages_after_rows (house->db, house->juliet, 0, 10000, NULL);
  g_assert_cmpuint (rows->len, ==, n + 2);
  g_assert_cmpstr (((StoreMessageRow *) rows->pdata[0])->body, ==, "first");
  for (int i = 1; i <= n; i++)
    g_assert_cmpint (g_ascii_strtoll (((StoreMessageRow *) rows->pdata[i])->body, NULL, 10), ==, i);
  g_assert_cmpstr (((StoreMessageRow *) rows->pdata[n + 1])->body, ==, "last");
}

/* Own lines that wait and are found have been sent, where the archive has them; an error that came back stays. */
static void
test_own_lines (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) delivered = NULL;
  g_autoptr (StoreMessageRow) sent = NULL;
  g_autoptr (StoreMessageRow) bounced = NULL;
  g_autoptr (StoreMessageRow) failed = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GPtrArray) gaps = NULL;
  StoreGapRow *gap;
  gint64 ids[4];
  static const char *const names[] = { "m1", "m2", "m3", "m4" };
  static const StoreMessageState expected[] = {
    STORE_MESSAGE_DELIVERED, STORE_MESSAGE_FAILED, STORE_MESSAGE_SENT, STORE_MESSAGE_SENT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    StoreMessageRow *line = with_origin_id (fixture_outgoing (house->juliet, names[i]), names[i]);

    line->tried = TRUE;
    ids[i] = fixture_insert (house->db, line);
  }
  delivered = store_messages_state_rows (house->db, ids[0], STORE_MESSAGE_DELIVERED, NULL, &error);
  sent = store_messages_state_rows (house->db, ids[1], STORE_MESSAGE_SENT, NULL, &error);
  bounced = store_messages_state_rows (house->db, ids[1], STORE_MESSAGE_FAILED, "gone", &error);
  failed = store_messages_state_rows (house->db, ids[2], STORE_MESSAGE_FAILED, "uncertain", &error);
  g_assert_no_error (error);
  g_assert_false (delivered->tried);
  g_assert_true (failed->tried);
  gaps = open_gaps (house, 1, 1);
  gap = gaps->pdata[0];
  hear (house, house->juliet, "new", "new");

  for (guint i = G_N_ELEMENTS (ids); i > 0; i--) {
    g_autoptr (StoreMessageRow) row = with_origin_id (said_by_us (house->juliet, names[i - 1]), names[i - 1]);
    gboolean is_new = TRUE;

    row->archive_id = g_strdup (names[i - 1]);
    g_assert_true (store_archives_insert_rows (house->db, gap, row, &is_new, &error));
    g_assert_no_error (error);
    g_assert_false (is_new);
    g_assert_cmpint (row->id, ==, ids[i - 1]);
    g_assert_cmpint (row->state, ==, expected[i - 1]);
    g_assert_cmpint (row->position, <, STORE_POSITION_PENDING);
    g_assert_cmpstr (row->error, ==, i == 2 ? "gone" : NULL);
    g_assert_false (row->tried);
  }
  assert_bodies (house, house->juliet, "m1 m2 m3 m4 new");
  g_assert_cmpuint (count_unread (house, house->juliet), ==, 1);
  pending = store_messages_pending_rows (house->db, house->account, &error);
  g_assert_cmpuint (pending->len, ==, 0);
}

/* History is read; what was unread stays so, with all that comes after it; who answers elsewhere has read. */
static void
test_read (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) gaps = NULL;
  StoreGapRow *gap;

  hear (house, house->nurse, "unread", "n1");
  gaps = open_gaps (house, 1, 1);
  gap = gaps->pdata[0];
  hear (house, house->juliet, "new", "a9");

  take (house, gap, with_archive_id (fixture_incoming (house->juliet, "old"), "a8"));
  take (house, gap, with_archive_id (fixture_incoming (house->nurse, "later"), "n2"));
  take (house, gap, with_archive_id (fixture_incoming (house->nurse, "unread"), "n1"));
  take (house, gap, with_archive_id (fixture_incoming (house->nurse, "older"), "n0"));
  g_assert_cmpuint (count_unread (house, house->juliet), ==, 1);
  g_assert_cmpuint (count_unread (house, house->nurse), ==, 2);
  turn (house, gap, "n0", TRUE);
  g_clear_pointer (&gaps, g_ptr_array_unref);

  gaps = open_gaps (house, 2, 1);
  gap = gaps->pdata[0];
  take (house, gap, with_archive_id (fixture_incoming (house->nurse, "after"), "n5"));
  take (house, gap, with_archive_id (said_by_us (house->nurse, "answer"), "n4"));
  take (house, gap, with_archive_id (fixture_incoming (house->nurse, "before"), "n3"));
  g_assert_cmpuint (count_unread (house, house->nurse), ==, 1);

  /* A copy of what another device says now. */
  fixture_insert (house->db, said_by_us (house->juliet, "mine"));
  g_assert_cmpuint (count_unread (house, house->juliet), ==, 0);
  /* What we say here is sent later, and says nothing about what comes meanwhile. */
  fixture_insert (house->db, fixture_outgoing (house->nurse, "waits"));
  g_assert_cmpuint (count_unread (house, house->nurse), ==, 1);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *name; void (*func) (House *house, gconstpointer data); int n; } tests[] = {
    { "/archives/two-gaps", test_two_gaps, 0 },
    { "/archives/flapping", test_flapping, 0 },
    { "/archives/forget", test_forget, 0 },
    { "/archives/newest", test_newest, 0 },
    { "/archives/old-rows", test_old_rows, 0 },
    { "/archives/room/close", test_room, 5000 },
    { "/archives/room/none", test_room, 300 },
    { "/archives/own-lines", test_own_lines, 0 },
    { "/archives/read", test_read, 0 },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, House, GINT_TO_POINTER (tests[i].n), house_open, tests[i].func, house_close);
  return g_test_run ();
}
