/* Sessions that come and go while an archive is read: all that was said is there once, and in its order.
 *
 * Random plans against a server that is an array. A failing one is cut down to the steps that it takes. Where the
 * server says something late, only the order of each speaker's lines counts. */
#include "store-fixture.h"

#include "store-messages-settle.h"

#define OWNER "romeo@montague.example"
#define RUNS  300
#define STEPS 60

typedef enum {
  THEY_SAY,     /* stored at once while the link is up */
  DEVICE_SAYS,  /* we, elsewhere */
  WE_SAY,       /* the server has it; whether it still says so is chance */
  CUT,
  DEAFEN,       /* the server talks on, and we hear nothing of it */
  CONNECT,
  RESUME,       /* if the server still waits for us: it says again what we did not hear */
  HEAR_LATE,    /* … after we have signed in anew */
  THEY_CONFIRM, /* a line of ours that waits */
  ASK,
  STORE,
  N_KINDS,
} Kind;

static const char *const kind_names[] = {
  "they", "device", "we", "cut", "deafen", "connect", "resume", "late", "confirm", "ask", "store",
};

typedef struct {
  Kind     kind;
  guint    conversation;
  guint    chance;
} Step;

typedef struct {
  Kind     kind;
  guint    conversation;
  gboolean has_origin;
} Said;

typedef struct {
  StoreDb     *db;
  gint64       account, conversations[2];
  gboolean     is_online;
  gboolean     is_deaf;        /* online or not, the server keeps for us what it says */
  gboolean     is_late;        /* something was heard, or confirmed, when other things were known already */
  GArray      *unheard;        /* (owned) of guint: what it keeps … */
  GArray      *late;           /* (owned) of guint: … and tells the next session */
  GArray      *archive;        /* (owned) of Said: the place in it is the archive's id */
  StoreGapRow *gap;            /* (owned, nullable) a page is under way … */
  guint        from, to;       /* … of these */
  gboolean     is_last;
} World;

static const char *const friends[] = { "juliet@capulet.example", "nurse@capulet.example" };

static StoreMessageRow *
make_row (World *self, guint id, gboolean with_archive_id)
{
  const Said *said = &g_array_index (self->archive, Said, id);
  gint64 conversation = self->conversations[said->conversation];
  StoreMessageRow *row = said->kind == THEY_SAY ? fixture_incoming (conversation, NULL)
                                                : fixture_outgoing (conversation, NULL);

  g_free (row->sender);
  row->sender = g_strdup (said->kind == THEY_SAY ? friends[said->conversation] : OWNER);
  row->state = said->kind == THEY_SAY ? STORE_MESSAGE_RECEIVED : STORE_MESSAGE_SENT;
  row->body = g_strdup_printf ("%u", id);
  row->stanza_id = g_strdup_printf ("s%u", id);
  row->origin_id = said->has_origin ? g_strdup_printf ("s%u", id) : NULL;
  row->archive_id = with_archive_id ? g_strdup_printf ("%u", id) : NULL;
  row->sent_at = 1 + id;
  return row;
}

static gboolean
insert_live (World *self, guint id, gboolean with_archive_id, GString *why)
{
  g_autoptr (StoreMessageRow) row = make_row (self, id, with_archive_id);
  g_autoptr (GError) error = NULL;
  gboolean is_new = FALSE;

  if (!store_messages_insert_rows (self->db, row, &is_new, &error) || !is_new
      || (with_archive_id
          && !store_archives_newest_rows (self->db, self->account, OWNER, row->archive_id, &error)))
    g_string_append_printf (why, "%u did not come in", id);
  return why->len == 0;
}

static gboolean
say (World *self, const Step *step, GString *why)
{
  const Said said = { step->kind, step->conversation, step->kind == WE_SAY || step->chance % 4 != 0 };
  guint id = self->archive->len;

  g_array_append_val (self->archive, said);
  if (self->is_deaf)
    g_array_append_val (self->unheard, id);
  return !self->is_online || self->is_deaf || insert_live (self, id, step->chance % 3 != 0, why);
}

/* The line waits, then the server has it; the link may go before we know. */
static gboolean
send_line (World *self, const Step *step, GString *why)
{
  const Said said = { WE_SAY, step->conversation, TRUE };
  g_autoptr (StoreMessageRow) row = NULL;
  g_autoptr (StoreMessageRow) sent = NULL;

  if (!self->is_online)
    return TRUE;
  g_array_append_val (self->archive, said);
  row = make_row (self, self->archive->len - 1, FALSE);
  row->state = STORE_MESSAGE_PENDING;
  row->tried = TRUE;
  if (!store_messages_insert_rows (self->db, row, NULL, NULL))
    g_string_append (why, "a line was not stored");
  if (self->is_deaf)
    return why->len == 0;
  if (step->chance % 2 == 0)
    self->is_online = FALSE;
  else
    sent = store_messages_state_rows (self->db, row->id, STORE_MESSAGE_SENT, NULL, NULL);
  return why->len == 0;
}

/* The whole archive of a conversation, newest first. */
static gboolean
settle (World *self, guint conversation, GString *why)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (StoreSeen));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  g_autoptr (GPtrArray) found = NULL;
  gboolean reached = FALSE;

  for (guint i = self->archive->len; i > 0; i--) {
    StoreMessageRow *row = make_row (self, i - 1, TRUE);
    StoreSeen one = { row->archive_id, row->sender, row->origin_id };

    g_ptr_array_add (rows, row);
    if (row->conversation == self->conversations[conversation])
      g_array_append_val (seen, one);
  }
  found = store_messages_settle_rows (self->db, self->conversations[conversation], (const StoreSeen *) seen->data,
                                      seen->len, G_MAXINT64, &reached, NULL);
  if (found == NULL)
    g_string_append (why, "what is uncertain was not settled");
  return found != NULL;
}

static gboolean
connect_again (World *self, const Step *step, GString *why)
{
  g_autoptr (GPtrArray) gaps = NULL;

  if (self->is_online)
    return TRUE;
  self->is_deaf = FALSE;
  g_array_append_vals (self->late, self->unheard->data, self->unheard->len);
  g_array_set_size (self->unheard, 0);
  g_clear_pointer (&self->gap, store_gap_row_free);
  gaps = store_archives_open_rows (self->db, self->account, OWNER, self->archive->len, NULL);
  self->is_online = gaps != NULL;
  if (gaps == NULL)
    g_string_append (why, "no gap was opened");
  return self->is_online && (step->chance % 2 == 0 || (settle (self, 0, why) && settle (self, 1, why)));
}

/* First it confirms what it has. */
static gboolean
resume (World *self, GString *why)
{
  g_autoptr (GPtrArray) pending = NULL;

  if (!self->is_deaf)
    return TRUE;
  self->is_online = TRUE;
  self->is_deaf = FALSE;
  self->is_late = TRUE;
  pending = store_messages_pending_rows (self->db, self->account, NULL);
  for (guint i = 0; i < pending->len; i++) {
    const StoreMessageRow *row = pending->pdata[i];
    g_autoptr (StoreMessageRow) sent =
        store_messages_state_rows (self->db, row->id, STORE_MESSAGE_SENT, NULL, NULL);

    if (sent == NULL)
      g_string_append_printf (why, "%s was not confirmed", row->body);
  }
  for (guint i = 0; i < self->unheard->len && why->len == 0; i++)
    insert_live (self, g_array_index (self->unheard, guint, i), TRUE, why);
  g_array_set_size (self->unheard, 0);
  return why->len == 0;
}

/* It says when that was: so nobody takes it for the newest; and it says it before it answers questions. */
static gboolean
hear_late (World *self, GString *why)
{
  g_autoptr (StoreMessageRow) row = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->is_online || self->is_deaf || self->late->len == 0 || self->gap != NULL)
    return TRUE;
  row = make_row (self, g_array_index (self->late, guint, 0), TRUE);
  g_array_remove_index (self->late, 0);
  self->is_late = TRUE;
  if (!store_messages_insert_rows (self->db, row, NULL, &error))
    g_string_append_printf (why, "%s was refused: %s", row->body, error->message);
  return why->len == 0;
}

/* Before the server does. */
static gboolean
confirm (World *self, const Step *step, GString *why)
{
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (StoreMessageRow) row = NULL;
  const StoreMessageRow *line;

  if (!self->is_online || self->is_deaf)
    return TRUE;
  pending = store_messages_pending_rows (self->db, self->account, NULL);
  if (pending->len == 0)
    return TRUE;
  self->is_late = TRUE;
  line = pending->pdata[step->chance % pending->len];
  row = store_messages_state_rows (self->db, line->id, STORE_MESSAGE_DELIVERED, NULL, NULL);
  if (row == NULL)
    g_string_append (why, "a line was not confirmed");
  return row != NULL;
}

static gboolean
ask (World *self, const Step *step)
{
  g_autoptr (GPtrArray) gaps = NULL;
  guint low;

  if (!self->is_online || self->is_deaf || self->gap != NULL)
    return TRUE;
  gaps = store_archives_gaps_rows (self->db, self->account, OWNER, NULL);
  if (gaps->len == 0)
    return TRUE;
  self->gap = g_ptr_array_steal_index (gaps, 0);
  low = self->gap->after_id != NULL ? g_ascii_strtoull (self->gap->after_id, NULL, 10) + 1 : 0;
  self->to = self->gap->before_id != NULL ? g_ascii_strtoull (self->gap->before_id, NULL, 10) : self->archive->len;
  self->from = self->to > low + step->chance % 4 ? self->to - 1 - step->chance % 4 : low;
  self->is_last = self->from == low;
  return TRUE;
}

static gboolean
store_page (World *self, GString *why)
{
  g_autoptr (StoreGapRow) gap = g_steal_pointer (&self->gap);
  g_autofree char *first = NULL;

  if (gap == NULL)
    return TRUE;
  for (guint i = self->to; i > self->from; i--) {
    g_autoptr (StoreMessageRow) row = make_row (self, i - 1, TRUE);
    g_autoptr (GError) error = NULL;

    if (!store_archives_insert_rows (self->db, gap, row, NULL, &error))
      g_string_append_printf (why, "%u was refused: %s", i - 1, error->message);
  }
  first = self->from < self->to ? g_strdup_printf ("%u", self->from) : NULL;
  if (!store_archives_page_rows (self->db, gap, first, self->is_last, NULL))
    g_string_append (why, "a page was refused");
  return why->len == 0;
}

static gboolean
take_step (World *self, const Step *step, GString *why)
{
  switch (step->kind) {
  case THEY_SAY:
  case DEVICE_SAYS:
    return say (self, step, why);
  case WE_SAY:
    return send_line (self, step, why);
  case CUT:
    self->is_online = FALSE;
    return TRUE;
  case DEAFEN:
    self->is_deaf = self->is_online;
    return TRUE;
  case CONNECT:
    return connect_again (self, step, why);
  case RESUME:
    return resume (self, why);
  case HEAR_LATE:
    return hear_late (self, why);
  case THEY_CONFIRM:
    return confirm (self, step, why);
  case ASK:
    return ask (self, step);
  case STORE:
    return store_page (self, why);
  case N_KINDS:
  default:
    g_assert_not_reached ();
  }
}

/* Reads all that is left. */
static gboolean
finish (World *self, GString *why)
{
  const Step step = { .chance = 6 };

  self->is_online = self->is_online && !self->is_deaf;
  if (!connect_again (self, &step, why))
    return FALSE;
  for (;;) {
    if (!store_page (self, why))
      return FALSE;
    if (!hear_late (self, why))
      return FALSE;
    ask (self, &step);
    if (self->gap == NULL && self->late->len == 0)
      return TRUE;
  }
}

/* kind: whose lines, N_KINDS: everybody's. */
static void
compare_lines (World *self, guint c, Kind kind, const GPtrArray *rows, GString *why)
{
  g_autoptr (GString) is = g_string_new (NULL);
  g_autoptr (GString) ought = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];
    const Said *said = &g_array_index (self->archive, Said, g_ascii_strtoull (row->body, NULL, 10));

    if (kind == N_KINDS || kind == said->kind)
      g_string_append_printf (is, " %s%s", row->body, row->state == STORE_MESSAGE_PENDING ? "?" : "");
  }
  for (guint i = 0; i < self->archive->len; i++) {
    const Said *said = &g_array_index (self->archive, Said, i);

    if (said->conversation == c && (kind == N_KINDS || kind == said->kind))
      g_string_append_printf (ought, " %u", i);
  }
  if (!g_str_equal (is->str, ought->str))
    g_string_append_printf (why, "in conversation %u there is%s where%s was said", c, is->str, ought->str);
}

static gboolean
compare (World *self, GString *why)
{
  for (guint c = 0; c < G_N_ELEMENTS (self->conversations); c++) {
    g_autoptr (GPtrArray) rows = store_messages_after_rows (self->db, self->conversations[c], 0, 1000, NULL);

    if (!self->is_late)
      compare_lines (self, c, N_KINDS, rows, why);
    for (guint kind = THEY_SAY; kind <= WE_SAY; kind++)
      compare_lines (self, c, (Kind) kind, rows, why);
  }
  return why->len == 0;
}

static gboolean
run_steps_cb (guint seed, const GArray *steps, GString *why)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GArray) archive = g_array_new (FALSE, FALSE, sizeof (Said));
  g_autoptr (GArray) unheard = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) late = g_array_new (FALSE, FALSE, sizeof (guint));
  World world = {
    .db = db, .account = fixture_account (db, OWNER), .archive = archive, .unheard = unheard, .late = late
  };
  gboolean holds = TRUE;

  g_string_truncate (why, 0);
  for (guint c = 0; c < G_N_ELEMENTS (friends); c++)
    world.conversations[c] = fixture_conversation (db, world.account, friends[c]);
  for (guint i = 0; i < steps->len && holds; i++)
    holds = take_step (&world, &g_array_index (steps, Step, i), why);
  holds = holds && finish (&world, why) && compare (&world, why);
  g_clear_pointer (&world.gap, store_gap_row_free);
  return holds;
}

static void
describe_cb (const GArray *steps, GString *text)
{
  for (guint i = 0; i < steps->len; i++) {
    const Step *step = &g_array_index (steps, Step, i);

    g_string_append_printf (text, " %s(%u,%u)", kind_names[step->kind], step->conversation, step->chance);
  }
}

static void
test_sessions (void)
{
  for (guint i = 0; i < RUNS; i++) {
    guint seed = g_test_rand_int ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));

    for (guint j = 0; j < STEPS; j++) {
      Step step = {
        .kind = g_rand_int_range (rand, 0, N_KINDS),
        .conversation = g_rand_int_range (rand, 0, 2),
        .chance = g_rand_int_range (rand, 0, 12),
      };

      g_array_append_val (steps, step);
    }
    fixture_assert_steps (seed, steps, run_steps_cb, describe_cb);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catch-up/sessions", test_sessions);
  return g_test_run ();
}
