/* The messages table: what counts as the same message, where a message stands, and which states follow which. */
#include "store-fixture.h"

typedef struct {
  StoreDb *db;
  gint64   account, conversation, other;
} House;

static void
house_open (House *house, gconstpointer data)
{
  house->db = fixture_db ();
  house->account = fixture_account (house->db, "romeo@montague.example");
  house->conversation = fixture_conversation (house->db, house->account, "juliet@capulet.example");
  house->other = fixture_conversation (house->db, house->account, "nurse@capulet.example");
}

static void
house_close (House *house, gconstpointer data)
{
  g_clear_pointer (&house->db, store_db_free);
}

static StoreMessageRow *
with_ids (StoreMessageRow *row, const char *stanza_id, const char *origin_id, const char *archive_id)
{
  row->stanza_id = g_strdup (stanza_id);
  row->origin_id = g_strdup (origin_id);
  row->archive_id = g_strdup (archive_id);
  return row;
}

static void
assert_same (House *house, StoreMessageRow *row, gint64 id)
{
  g_autoptr (StoreMessageRow) owned = row;
  g_autoptr (GError) error = NULL;
  gboolean is_new = TRUE;

  g_assert_true (store_messages_insert_rows (house->db, owned, &is_new, &error));
  g_assert_no_error (error);
  g_assert_false (is_new);
  g_assert_cmpint (owned->id, ==, id);
  g_assert_cmpint (owned->position, >, 0);
}

static void
assert_bodies (House *house, gint64 conversation, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_messages_before_rows (house->db, conversation, G_MAXINT64, 100, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 last = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = g_ptr_array_index (rows, i);

    g_assert_cmpint (row->position, >, last);
    last = row->position;
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", row->body);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static StoreMessageRow *
set_state (House *house, gint64 id, StoreMessageState state, const char *reason)
{
  g_autoptr (GError) error = NULL;
  StoreMessageRow *row = store_messages_state_rows (house->db, id, state, reason, &error);

  g_assert_no_error (error);
  g_assert_cmpint (row->id, ==, id);
  return row;
}

static void
test_round_trip (House *house, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = NULL;
  StoreMessageRow *row = with_ids (fixture_outgoing (house->conversation, "But soft 🌹"), "s", "o", "a");
  const StoreMessageRow *loaded;

  row->sent_at = -1;
  row->state = STORE_MESSAGE_FAILED;
  row->error = g_strdup ("service-unavailable");
  row->asks_receipt = TRUE;
  fixture_insert (house->db, row);
  rows = store_messages_after_rows (house->db, house->conversation, 0, 10, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  loaded = g_ptr_array_index (rows, 0);
  g_assert_cmpint (loaded->conversation, ==, house->conversation);
  g_assert_true (loaded->outgoing);
  g_assert_cmpstr (loaded->sender, ==, "romeo@montague.example");
  g_assert_cmpstr (loaded->stanza_id, ==, "s");
  g_assert_cmpstr (loaded->origin_id, ==, "o");
  g_assert_cmpstr (loaded->archive_id, ==, "a");
  g_assert_cmpint (loaded->sent_at, ==, -1);
  g_assert_cmpstr (loaded->body, ==, "But soft 🌹");
  g_assert_cmpint (loaded->state, ==, STORE_MESSAGE_FAILED);
  g_assert_cmpstr (loaded->error, ==, "service-unavailable");
  g_assert_true (loaded->asks_receipt);
}

static void
test_same (House *house, gconstpointer data)
{
  gint64 id = fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "one"), "s", "o", NULL));
  gint64 archived =
      fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "two"), "t", NULL, "a2"));

  assert_same (house, with_ids (fixture_incoming (house->conversation, "one"), "s", "o", NULL), id);
  assert_same (house, with_ids (fixture_incoming (house->conversation, "two"), NULL, NULL, "a2"), archived);

  /* The archive tells its id later than the live stream, and from then on that is enough. */
  assert_same (house, with_ids (fixture_incoming (house->conversation, "one"), "s", "o", "a1"), id);
  assert_same (house, with_ids (fixture_incoming (house->conversation, "one"), NULL, NULL, "a1"), id);

  /* Sent twice by its sender, so archived twice: still one message. The archive's first word stands. */
  assert_same (house, with_ids (fixture_incoming (house->conversation, "one"), "s", "o", "a9"), id);
  assert_same (house, with_ids (fixture_incoming (house->conversation, "one"), NULL, NULL, "a1"), id);
  assert_bodies (house, house->conversation, "one two");
}

/* Nobody hides somebody else's words by being first with their ids. */
static void
test_not_the_same (House *house, gconstpointer data)
{
  StoreMessageRow *stranger = with_ids (fixture_incoming (house->conversation, "a"), "dup", "dup", NULL);

  g_free (stranger->sender);
  stranger->sender = g_strdup ("tybalt@capulet.example");
  fixture_insert (house->db, stranger);
  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "b"), "dup", "dup", NULL));
  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "c"), "dup", NULL, NULL));
  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "d"), "dup", NULL, NULL));
  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "e"), NULL, NULL, NULL));
  fixture_insert (house->db, with_ids (fixture_incoming (house->other, "f"), "dup", "dup", "arch"));
  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "g"), "x", "y", "arch"));
  assert_bodies (house, house->conversation, "a b c d e g");
  assert_bodies (house, house->other, "f");
}

static void
test_pending_stay_last (House *house, gconstpointer data)
{
  g_autoptr (StoreMessageRow) sent = NULL;
  g_autoptr (StoreMessageRow) delivered = NULL;
  gint64 first, second;

  fixture_insert (house->db, fixture_incoming (house->conversation, "a"));
  first = fixture_insert (house->db, fixture_outgoing (house->conversation, "m1"));
  second = fixture_insert (house->db, fixture_outgoing (house->conversation, "m2"));
  fixture_insert (house->db, fixture_incoming (house->conversation, "b"));
  assert_bodies (house, house->conversation, "a b m1 m2");

  /* A receipt that comes before we knew that it was sent. */
  delivered = set_state (house, second, STORE_MESSAGE_DELIVERED, NULL);
  g_assert_cmpint (delivered->position, ==, FIXTURE_PLACE (3));
  assert_bodies (house, house->conversation, "a b m2 m1");

  fixture_insert (house->db, fixture_incoming (house->conversation, "c"));
  sent = set_state (house, first, STORE_MESSAGE_SENT, NULL);
  g_assert_cmpint (sent->position, ==, FIXTURE_PLACE (5));
  g_assert_cmpint (sent->state, ==, STORE_MESSAGE_SENT);
  assert_bodies (house, house->conversation, "a b m2 c m1");
}

static void
test_states (House *house, gconstpointer data)
{
  static const gboolean may[6][6] = {
    /* from, to:                  R  P  F  S  D  R */
    [STORE_MESSAGE_RECEIVED]  = { 0, 0, 0, 0, 0, 0 },
    [STORE_MESSAGE_PENDING]   = { 0, 0, 1, 1, 1, 1 },
    [STORE_MESSAGE_FAILED]    = { 0, 1, 0, 1, 1, 1 },
    [STORE_MESSAGE_SENT]      = { 0, 0, 1, 0, 1, 1 },
    [STORE_MESSAGE_DELIVERED] = { 0, 0, 0, 0, 0, 1 },
    [STORE_MESSAGE_READ]      = { 0, 0, 0, 0, 0, 0 },
  };

  for (int from = STORE_MESSAGE_RECEIVED; from <= STORE_MESSAGE_READ; from++)
    for (int to = STORE_MESSAGE_RECEIVED; to <= STORE_MESSAGE_READ; to++) {
      g_autoptr (StoreMessageRow) row = NULL;
      StoreMessageRow *made = fixture_incoming (house->conversation, "x");
      gint64 id;

      made->outgoing = from != STORE_MESSAGE_RECEIVED;
      made->state = from;
      id = fixture_insert (house->db, made);
      row = set_state (house, id, to, "reason");
      g_test_message ("%d to %d", from, to);
      g_assert_cmpint (row->state, ==, may[from][to] ? to : from);
      g_assert_cmpint (row->position >= STORE_POSITION_PENDING, ==,
                       row->state == STORE_MESSAGE_PENDING
                           || (row->state == STORE_MESSAGE_FAILED && from <= STORE_MESSAGE_FAILED));
      g_assert_cmpstr (row->error, ==, may[from][to] && to == STORE_MESSAGE_FAILED ? "reason" : NULL);
    }
}

static void
test_failed_and_retried (House *house, gconstpointer data)
{
  gint64 early = fixture_insert (house->db, fixture_outgoing (house->conversation, "early"));
  gint64 waits = fixture_insert (house->db, fixture_outgoing (house->conversation, "waits"));
  gint64 bounced = fixture_insert (house->db, fixture_outgoing (house->conversation, "bounced"));
  g_autoptr (StoreMessageRow) failed = set_state (house, early, STORE_MESSAGE_FAILED, "no-route");
  g_autoptr (StoreMessageRow) sent = set_state (house, bounced, STORE_MESSAGE_SENT, NULL);
  g_autoptr (StoreMessageRow) returned = set_state (house, bounced, STORE_MESSAGE_FAILED, "item-not-found");
  g_autoptr (StoreMessageRow) again = NULL;
  g_autoptr (StoreMessageRow) retried = NULL;
  g_autoptr (GPtrArray) pending = NULL;

  fixture_insert (house->db, fixture_incoming (house->conversation, "b"));
  assert_bodies (house, house->conversation, "bounced b early waits");
  g_assert_cmpstr (returned->error, ==, "item-not-found");
  g_assert_cmpint (returned->position, ==, sent->position);

  again = set_state (house, early, STORE_MESSAGE_PENDING, NULL);
  g_assert_cmpint (again->position, ==, failed->position);
  g_assert_null (again->error);
  retried = set_state (house, bounced, STORE_MESSAGE_PENDING, NULL);
  g_assert_cmpint (retried->position, >, STORE_POSITION_PENDING);
  assert_bodies (house, house->conversation, "b early waits bounced");

  /* A place that was given to a retried line is not given to a new one. */
  fixture_insert (house->db, fixture_outgoing (house->conversation, "new"));
  assert_bodies (house, house->conversation, "b early waits bounced new");
  g_assert_cmpint (waits, !=, 0);
}

static void
test_pending_rows (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) foreign = NULL;
  g_autoptr (StoreMessageRow) sent = NULL;
  g_autoptr (StoreMessageRow) failed = NULL;
  gint64 stranger = fixture_account (house->db, "mercutio@verona.example");
  gint64 his = fixture_conversation (house->db, stranger, "juliet@capulet.example");
  gint64 three, bad;
  static const char *const expected[] = { "one", "two", "four" };

  fixture_insert (house->db, fixture_outgoing (house->conversation, "one"));
  fixture_insert (house->db, fixture_outgoing (house->other, "two"));
  fixture_insert (house->db, fixture_outgoing (his, "his"));
  three = fixture_insert (house->db, fixture_outgoing (house->other, "three"));
  bad = fixture_insert (house->db, fixture_outgoing (house->other, "bad"));
  sent = set_state (house, three, STORE_MESSAGE_SENT, NULL);
  failed = set_state (house, bad, STORE_MESSAGE_FAILED, "x");
  fixture_insert (house->db, fixture_outgoing (house->conversation, "four"));
  fixture_insert (house->db, fixture_incoming (house->conversation, "theirs"));

  rows = store_messages_pending_rows (house->db, house->account, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (((StoreMessageRow *) rows->pdata[i])->body, ==, expected[i]);
  foreign = store_messages_pending_rows (house->db, stranger, &error);
  g_assert_cmpuint (foreign->len, ==, 1);
}

static void
test_find_own (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) found = NULL;
  g_autoptr (StoreMessageRow) foreign = NULL;
  g_autoptr (StoreMessageRow) elsewhere = NULL;
  gint64 id;

  fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "theirs"), "id1", NULL, NULL));
  foreign = store_messages_find_own_rows (house->db, house->conversation, "id1", &error);
  g_assert_no_error (error);
  g_assert_null (foreign);

  id = fixture_insert (house->db, with_ids (fixture_outgoing (house->conversation, "mine"), "id1", "id1", NULL));
  found = store_messages_find_own_rows (house->db, house->conversation, "id1", &error);
  g_assert_cmpint (found->id, ==, id);
  elsewhere = store_messages_find_own_rows (house->db, house->other, "id1", &error);
  g_assert_no_error (error);
  g_assert_null (elsewhere);
}

static void
test_missing (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) orphan = fixture_incoming (4711, "nobody");
  gboolean is_new = FALSE;

  g_assert_null (store_messages_state_rows (house->db, 4711, STORE_MESSAGE_SENT, NULL, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (store_messages_insert_rows (house->db, orphan, &is_new, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (store_messages_remove_rows (house->db, 4711, &error));
  g_assert_no_error (error);
}

static void
test_remove (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 id, next;

  fixture_insert (house->db, fixture_incoming (house->conversation, "a"));
  id = fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "b"), NULL, "o", NULL));
  g_assert_true (store_messages_remove_rows (house->db, id, &error));
  assert_bodies (house, house->conversation, "a");
  next = fixture_insert (house->db, with_ids (fixture_incoming (house->conversation, "c"), NULL, "o", NULL));
  g_assert_cmpint (next, >, id);
}

/* A position that the caller chose, as for a page of an archive. */
static void
test_given_place (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) taken = fixture_incoming (house->conversation, "no");
  StoreMessageRow *between = fixture_incoming (house->conversation, "between");

  fixture_insert (house->db, fixture_incoming (house->conversation, "a"));
  fixture_insert (house->db, fixture_incoming (house->conversation, "b"));
  between->position = FIXTURE_PLACE (1) + STORE_POSITION_GAP / 2;
  fixture_insert (house->db, between);
  assert_bodies (house, house->conversation, "a between b");
  taken->position = FIXTURE_PLACE (1);
  g_assert_false (store_messages_insert_rows (house->db, taken, NULL, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
}

/* Text that a damaged file holds is repaired before anybody draws it. */
static void
test_damaged_text (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  fixture_insert (house->db, fixture_incoming (house->conversation, "a"));
  g_assert_true (store_db_exec (house->db, "UPDATE messages SET body = CAST (x'61ff62' AS TEXT)", &error));
  rows = store_messages_before_rows (house->db, house->conversation, G_MAXINT64, 1, &error);
  g_assert_cmpstr (((StoreMessageRow *) rows->pdata[0])->body, ==, "a\xef\xbf\xbd" "b");
}

int
main (int argc, char *argv[])
{
  static const struct { const char *name; void (*func) (House *house, gconstpointer data); } tests[] = {
    { "/messages/round-trip", test_round_trip },
    { "/messages/same", test_same },
    { "/messages/not-the-same", test_not_the_same },
    { "/messages/pending-stay-last", test_pending_stay_last },
    { "/messages/states", test_states },
    { "/messages/failed-and-retried", test_failed_and_retried },
    { "/messages/pending-rows", test_pending_rows },
    { "/messages/find-own", test_find_own },
    { "/messages/missing", test_missing },
    { "/messages/remove", test_remove },
    { "/messages/given-place", test_given_place },
    { "/messages/damaged-text", test_damaged_text },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, House, NULL, house_open, tests[i].func, house_close);
  return g_test_run ();
}
