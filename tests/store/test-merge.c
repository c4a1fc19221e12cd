/* One message is one row, in whatever order its copies come: random orders against a small model.
 *
 * Each run prints its seed; --seed repeats GLib's, and a failing run is cut down to the steps that it takes. */
#include "store-fixture.h"

#define OWNER    "romeo@montague.example"
#define RUNS     400
#define MESSAGES 6
#define STEPS    (MESSAGES * 6)

typedef enum {
  BY_THEM,
  ELSEWHERE,   /* by us, on another device */
  HERE,
} Said;

typedef enum {
  PUT,         /* our line, to be sent */
  LIVE,        /* live or as a copy for another device, the server does not say the archive's id … */
  LIVE_ID,     /* … it does */
  PAGE,
  SENT,
  RECEIPT,
  BOUNCE,
  N_KINDS,
} Kind;

static const char *const kind_names[] = { "put", "live", "live-id", "page", "sent", "receipt", "bounce" };

typedef struct {
  Kind  kind;
  guint message;
} Step;

/* What there is to be said, and what the model knows of it. */
typedef struct {
  Said              said;
  guint             conversation;
  char              stanza_id[16], origin_id[16], archive_id[16], body[16];   /* origin_id may be "" */
  gboolean          is_known, has_archive, has_place;
  StoreMessageState state;
} Message;

typedef struct {
  StoreDb     *db;
  StoreGapRow *gap;
  gint64       conversations[2];
  Message      messages[MESSAGES];
} World;

static const char *const friends[] = { "juliet@capulet.example", "nurse@capulet.example" };

static void
invent (GRand *rand, Message *messages)
{
  for (guint i = 0; i < MESSAGES; i++) {
    Message *self = &messages[i];

    *self = (Message) { .said = g_rand_int_range (rand, 0, 3), .conversation = g_rand_int_range (rand, 0, 2) };
    g_snprintf (self->body, sizeof self->body, "line %u", i);
    g_snprintf (self->archive_id, sizeof self->archive_id, "a%u", i);
    if (self->said == HERE) {
      g_snprintf (self->stanza_id, sizeof self->stanza_id, "own%u", i);
      g_strlcpy (self->origin_id, self->stanza_id, sizeof self->origin_id);
      continue;
    }
    /* Ids that somebody repeats. */
    g_snprintf (self->stanza_id, sizeof self->stanza_id, "s%d", g_rand_int_range (rand, 0, 2));
    if (g_rand_boolean (rand))
      g_snprintf (self->origin_id, sizeof self->origin_id, "o%u", self->said == BY_THEM ? i : i - i % 2);
    for (guint j = 0; j < i; j++)
      if (messages[j].said == self->said && messages[j].conversation == self->conversation
          && g_str_equal (messages[j].origin_id, self->origin_id))
        self->origin_id[0] = '\0';
  }
}

static StoreMessageRow *
make_row (World *self, const Message *message, Kind kind)
{
  gint64 conversation = self->conversations[message->conversation];
  StoreMessageRow *row = message->said == BY_THEM ? fixture_incoming (conversation, message->body)
                                                  : fixture_outgoing (conversation, message->body);

  g_free (row->sender);
  row->sender = g_strdup (message->said == BY_THEM ? friends[message->conversation] : OWNER);
  if (message->said != BY_THEM)
    row->state = kind == PUT ? STORE_MESSAGE_PENDING : STORE_MESSAGE_SENT;
  row->stanza_id = g_strdup (message->stanza_id);
  row->origin_id = message->origin_id[0] != '\0' ? g_strdup (message->origin_id) : NULL;
  row->archive_id = kind == LIVE_ID || kind == PAGE ? g_strdup (message->archive_id) : NULL;
  return row;
}

/* The model: a copy says that a message is there, what its archive calls it, and that our line that waits was sent. */
static void
expect_copy (Message *message, Kind kind)
{
  if (!message->is_known) {
    message->state = message->said == BY_THEM ? STORE_MESSAGE_RECEIVED
                     : kind == PUT            ? STORE_MESSAGE_PENDING
                                              : STORE_MESSAGE_SENT;
    message->has_place = kind != PUT;
  } else if (kind != PUT && !message->has_place) {
    message->state = STORE_MESSAGE_SENT;
    message->has_place = TRUE;
  }
  message->is_known = TRUE;
  message->has_archive |= kind == LIVE_ID || kind == PAGE;
}

static void
expect_state (Message *message, Kind kind)
{
  if (kind == BOUNCE) {
    if (message->state == STORE_MESSAGE_PENDING || message->state == STORE_MESSAGE_SENT)
      message->state = STORE_MESSAGE_FAILED;
  } else {
    message->state = MAX (message->state, kind == SENT ? STORE_MESSAGE_SENT : STORE_MESSAGE_DELIVERED);
    message->has_place = TRUE;
  }
}

static gboolean
take_copy (World *self, Message *message, Kind kind, GString *why)
{
  g_autoptr (StoreMessageRow) row = make_row (self, message, kind);
  g_autoptr (GError) error = NULL;
  gboolean was_known = message->is_known, is_new = FALSE;

  expect_copy (message, kind);
  if (!(kind == PAGE ? store_archives_insert_rows (self->db, self->gap, row, &is_new, &error)
                     : store_messages_insert_rows (self->db, row, &is_new, &error)))
    g_string_append_printf (why, "refused: %s", error->message);
  else if (is_new == was_known)
    g_string_append (why, is_new ? "stored twice" : "not stored");
  else if (row->state != message->state)
    g_string_append_printf (why, "told state %d, not %d", row->state, message->state);
  return why->len == 0;
}

static gboolean
take_state (World *self, Message *message, Kind kind, GString *why)
{
  static const StoreMessageState states[N_KINDS] = {
    [SENT] = STORE_MESSAGE_SENT, [RECEIPT] = STORE_MESSAGE_DELIVERED, [BOUNCE] = STORE_MESSAGE_FAILED,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) row = store_messages_find_own_rows (
      self->db, self->conversations[message->conversation], message->stanza_id, &error);
  g_autoptr (StoreMessageRow) moved = NULL;

  if ((row != NULL) != message->is_known) {
    g_string_append (why, "not found by its id");
    return FALSE;
  }
  if (row == NULL)
    return TRUE;
  expect_state (message, kind);
  moved = store_messages_state_rows (self->db, row->id, states[kind], "reason", &error);
  if (moved == NULL || moved->state != message->state)
    g_string_append_printf (why, "moved to state %d, not %d", moved != NULL ? (int) moved->state : -1, message->state);
  return why->len == 0;
}

static gboolean
is_as_expected (const Message *message, const StoreMessageRow *row)
{
  return message->is_known && g_str_equal (row->stanza_id, message->stanza_id) && row->state == message->state
         && g_strcmp0 (row->origin_id, message->origin_id[0] != '\0' ? message->origin_id : NULL) == 0
         && g_strcmp0 (row->archive_id, message->has_archive ? message->archive_id : NULL) == 0
         && (row->position < STORE_POSITION_PENDING) == message->has_place
         && row->outgoing == (message->said != BY_THEM);
}

static gboolean
compare (World *self, GString *why)
{
  guint known = 0, found = 0;

  for (guint i = 0; i < MESSAGES; i++)
    known += self->messages[i].is_known;
  for (guint c = 0; c < G_N_ELEMENTS (self->conversations); c++) {
    g_autoptr (GPtrArray) rows = store_messages_after_rows (self->db, self->conversations[c], 0, 100, NULL);

    for (guint i = 0; i < rows->len; i++) {
      const StoreMessageRow *row = rows->pdata[i];
      const Message *message = &self->messages[row->body[5] - '0'];

      if (message->conversation != c || !is_as_expected (message, row))
        g_string_append_printf (why, "“%s” is not as expected (state %d, archive id %s)", row->body, row->state,
                                row->archive_id);
    }
    found += rows->len;
  }
  if (found != known)
    g_string_append_printf (why, "%u rows for %u messages", found, known);
  return why->len == 0;
}

static gboolean
run_steps_cb (guint seed, const GArray *steps, GString *why)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 account = fixture_account (db, OWNER);
  g_autoptr (GPtrArray) gaps = store_archives_open_rows (db, account, OWNER, 0, NULL);
  World world = { .db = db, .gap = gaps->pdata[0] };

  for (guint c = 0; c < G_N_ELEMENTS (friends); c++)
    world.conversations[c] = fixture_conversation (db, account, friends[c]);
  invent (rand, world.messages);
  g_string_truncate (why, 0);
  for (guint i = 0; i < steps->len; i++) {
    const Step *step = &g_array_index (steps, Step, i);
    Message *message = &world.messages[step->message];

    if (step->kind >= PUT && step->kind <= PAGE) {
      if (!take_copy (&world, message, step->kind, why))
        return FALSE;
    } else if (message->said == HERE && !take_state (&world, message, step->kind, why)) {
      return FALSE;
    }
    if (!compare (&world, why))
      return FALSE;
  }
  return TRUE;
}

static void
describe_cb (const GArray *steps, GString *text)
{
  for (guint i = 0; i < steps->len; i++) {
    const Step *step = &g_array_index (steps, Step, i);

    g_string_append_printf (text, " %s(%u)", kind_names[step->kind], step->message);
  }
}

static GArray *
plan (GRand *rand, const Message *messages)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (Step));

  for (guint i = 0; i < STEPS; i++) {
    Step step = { .message = g_rand_int_range (rand, 0, MESSAGES) };
    gboolean is_here = messages[step.message].said == HERE;

    step.kind = is_here ? g_rand_int_range (rand, PUT, N_KINDS) : g_rand_int_range (rand, LIVE, PAGE + 1);
    g_array_append_val (steps, step);
  }
  return steps;
}

static void
test_any_order (void)
{
  for (guint i = 0; i < RUNS; i++) {
    guint seed = g_test_rand_int ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    Message messages[MESSAGES];
    g_autoptr (GArray) steps = NULL;

    invent (rand, messages);
    steps = plan (rand, messages);
    fixture_assert_steps (seed, steps, run_steps_cb, describe_cb);
  }
}

/* Known by its origin id here and by its archive id there, until a third copy has both. */
static void
test_unite (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) both = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64 conversation = fixture_conversation (db, fixture_account (db, OWNER), friends[0]);
  StoreMessageRow *line = fixture_outgoing (conversation, "mine");
  StoreMessageRow *copy = fixture_outgoing (conversation, "mine");
  gboolean is_new = TRUE;
  gint64 id;

  line->origin_id = g_strdup ("o");
  line->tried = TRUE;
  id = fixture_insert (db, line);
  copy->state = STORE_MESSAGE_SENT;
  copy->archive_id = g_strdup ("a");
  fixture_insert (db, copy);
  both = fixture_outgoing (conversation, "mine");
  both->state = STORE_MESSAGE_SENT;
  both->origin_id = g_strdup ("o");
  both->archive_id = g_strdup ("a");
  g_assert_true (store_messages_insert_rows (db, both, &is_new, &error));
  g_assert_no_error (error);
  g_assert_false (is_new);
  rows = store_messages_after_rows (db, conversation, 0, 10, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpint (both->id, ==, id);
  g_assert_cmpint (both->state, ==, STORE_MESSAGE_SENT);
  g_assert_cmpint (both->position, ==, FIXTURE_PLACE (1));
  g_assert_cmpstr (((StoreMessageRow *) rows->pdata[0])->archive_id, ==, "a");
  g_assert_false (both->tried);
}

/* The same words under the same stanza id: said by another, or twice and archived twice, they are not one message. */
static void
test_alike (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 conversation = fixture_conversation (db, fixture_account (db, OWNER), friends[0]);
  static const char *const archive_ids[] = { NULL, "a1", "a2" };

  for (guint i = 0; i < G_N_ELEMENTS (archive_ids); i++) {
    StoreMessageRow *row = fixture_incoming (conversation, "yes");

    if (i == 0) {
      g_free (row->sender);
      row->sender = g_strdup ("tybalt@capulet.example");
    }
    row->stanza_id = g_strdup ("1");
    row->archive_id = g_strdup (archive_ids[i]);
    fixture_insert (db, row);
  }
  g_assert_cmpint (fixture_count (db, "messages"), ==, 3);
}

/* Somebody repeats an id with other words, over and over: nobody searches longer for it, and each is stored. */
static void
test_repeated_id (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 conversation = fixture_conversation (db, fixture_account (db, OWNER), friends[0]);

  for (guint i = 0; i < 200; i++) {
    StoreMessageRow *row = fixture_incoming (conversation, NULL);

    row->body = g_strdup_printf ("%u", i);
    row->stanza_id = g_strdup ("same");
    fixture_insert (db, row);
  }
  g_assert_cmpint (fixture_count (db, "messages"), ==, 200);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/any-order", test_any_order);
  g_test_add_func ("/merge/unite", test_unite);
  g_test_add_func ("/merge/alike", test_alike);
  g_test_add_func ("/merge/repeated-id", test_repeated_id);
  return g_test_run ();
}
