/* Random plans of sessions, lost links, live lines, copies, pages and kills: in the end what is shown and stored is the
 * archive, each line once and in its order.
 *
 * A plan that fails is made as short as it can be, and printed with its seed. Any step may stand anywhere in a plan. */
#include "chat-archive.h"

#include "chat-conversation-private.h"
#include "chat-timeline-private.h"

#define N_PLANS 30
#define N_STEPS 40

typedef enum {
  STEP_SAY,       /* a of them, by person b; heard if we are there */
  STEP_ANSWER,    /* a of ours to person b, from another device; a copy is heard if we are there */
  STEP_LOSE,      /* the link */
  STEP_BACK,      /* a new session; a lines are said by person b at once */
  STEP_PAGE,      /* the archive answers, with a items at most */
  STEP_KILL,      /* the program, and it starts again */
  STEP_SETTLE,
  STEP_LOOK,      /* somebody opens the conversation with person b */
  STEP_OLDER,     /* … and goes back in it */
  N_KINDS,
} StepKind;

static const char *const names[N_KINDS] = { "say", "answer", "lose", "back", "page", "kill", "settle", "look", "older" };

typedef struct {
  StepKind kind;
  guint    a, b;
} Step;

static const char *const people[] = { JULIET, NURSE };

typedef struct {
  Chat          chat;
  Archive      *archive;   /* (owned) */
  GPtrArray    *said[G_N_ELEMENTS (people)];   /* (owned) of char: what is in the archive with each, in order */
  ChatTimeline *timeline;  /* (owned, nullable) */
  Watch        *watch;     /* (owned, nullable) */
  guint         looked_at;
  gboolean      is_online;
} Play;

/* Playing */

static void
play_close (Play *play)
{
  g_clear_pointer (&play->watch, watch_free);
  g_clear_object (&play->timeline);
}

static void
play_say (Play *play, guint n, guint who, gboolean is_ours)
{
  for (guint i = 0; i < n; i++) {
    guint number = archive_get_n (play->archive);
    g_autofree char *body = g_strdup_printf ("%u", number);
    g_autofree char *id = g_strdup_printf ("m%u", number);

    g_ptr_array_add (play->said[who], g_strdup (body));
    if (!is_ours) {
      archive_add (play->archive, people[who], OWN, id, body);
      if (play->is_online)
        archive_deliver (play->archive, &play->chat, number);
      continue;
    }
    archive_add (play->archive, OWN "/phone", people[who], id, body);
    if (play->is_online)
      fake_server_send (play->chat.server,
                        "<message from='" OWN "' to='" OWN_FULL "'><sent xmlns='urn:xmpp:carbons:2'>"
                        "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" OWN "/phone'"
                        " to='%s' type='chat' id='%s'><body>%s</body><origin-id xmlns='urn:xmpp:sid:0' id='%s'/>"
                        "<stanza-id xmlns='urn:xmpp:sid:0' by='" OWN "' id='a-%u'/></message></forwarded></sent></message>",
                        people[who], id, body, id, number);
  }
}

static void
play_lose (Play *play)
{
  if (!play->is_online)
    return;
  play->is_online = FALSE;
  fake_server_hang_up (play->chat.server);
  chat_settle (&play->chat);
}

static void
play_back (Play *play, guint n, guint who)
{
  if (play->is_online)
    return;
  chat_new_server (&play->chat);
  chat_account_try_now (play->chat.account);
  fake_server_login (play->chat.server, OWN_FULL);
  play->is_online = TRUE;
  play_say (play, n, who, FALSE);
  fake_server_welcome (play->chat.server, NULL);
  fake_server_find (play->chat.server, "<presence/>");
}

static gboolean
play_page (Play *play, guint max)
{
  XmppNode *query;

  fake_settle ();
  query = play->is_online ? fake_server_look (play->chat.server, ARCHIVE_QUERY) : NULL;
  if (query == NULL)
    return FALSE;
  archive_set_max (play->archive, max);
  archive_reply (play->archive, &play->chat, query);
  return TRUE;
}

static void
play_kill (Play *play)
{
  play_close (play);
  chat_restart (&play->chat);
  chat_load (&play->chat);
  play->is_online = FALSE;
  play_back (play, 0, 0);
}

static void
play_look (Play *play, guint who)
{
  play_close (play);
  play->timeline = chat_conversation_dup_timeline (chat_with (&play->chat, people[who]));
  play->watch = watch_new (play->timeline);
  play->looked_at = who;
}

static void
play_step (Play *play, const Step *step)
{
  switch (step->kind) {
  case STEP_SAY:
  case STEP_ANSWER:
    play_say (play, step->a, step->b, step->kind == STEP_ANSWER);
    break;
  case STEP_LOSE:
    play_lose (play);
    break;
  case STEP_BACK:
    play_back (play, step->a % 3, step->b);
    break;
  case STEP_PAGE:
    play_page (play, step->a);
    break;
  case STEP_KILL:
    play_kill (play);
    break;
  case STEP_LOOK:
    play_look (play, step->b);
    break;
  case STEP_OLDER:
    if (play->timeline != NULL)
      chat_timeline_load_older (play->timeline);
    break;
  case STEP_SETTLE:
  default:
    chat_settle (&play->chat);
  }
}

/* Comparing */

static gpointer
read_all_job (StoreDb *db, gpointer data, GError **error)
{
  return store_messages_before_rows (db, *(gint64 *) data, G_MAXINT64, 100000, error);
}

static char *
compare_stored (Play *play, guint who)
{
  gint64 id = chat_conversation_get_id (chat_with (&play->chat, people[who]));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  store_run_async (play->chat.store, read_all_job, &id, NULL, NULL, NULL, fake_result_cb, &result);
  rows = store_run_finish (play->chat.store, fake_wait (&result), NULL);
  for (guint i = 0; i < MAX (rows->len, play->said[who]->len); i++) {
    const char *wanted = i < play->said[who]->len ? play->said[who]->pdata[i] : "nothing";
    const char *stored = i < rows->len ? ((const StoreMessageRow *) rows->pdata[i])->body : "nothing";

    if (!g_str_equal (wanted, stored))
      return g_strdup_printf ("with %s, line %u: %s is stored instead of %s", people[who], i, stored, wanted);
  }
  return NULL;
}

/* What is in a window is a piece of what was said, and the last one if nothing follows. */
static char *
compare_shown (Play *play)
{
  GPtrArray *said = play->said[play->looked_at];
  guint n = g_list_model_get_n_items (G_LIST_MODEL (play->timeline)), first = 0;

  if (n == 0)
    return said->len == 0 ? NULL : g_strdup ("an empty window");
  while (first < said->len
         && !g_str_equal (said->pdata[first], chat_message_get_body (chat_line (play->timeline, 0))))
    first++;
  for (guint i = 0; i < n; i++) {
    const char *body = chat_message_get_body (chat_line (play->timeline, i));

    if (first + i >= said->len || !g_str_equal (said->pdata[first + i], body))
      return g_strdup_printf ("in the window, %s is at %u", body, i);
  }
  if (chat_timeline_get_at_end (play->timeline) && first + n != said->len)
    return g_strdup ("the window is not at the end");
  if (chat_timeline_get_at_start (play->timeline) && first != 0)
    return g_strdup ("the window is not at the start");
  for (guint i = 0; i <= n; i++)
    if (chat_timeline_has_gap (play->timeline, i))
      return g_strdup_printf ("there is a gap at %u", i);
  return NULL;
}

static char *
compare_last (Play *play, guint who)
{
  const char *last = chat_conversation_get_last_line (chat_with (&play->chat, people[who]));
  GPtrArray *said = play->said[who];
  const char *wanted = said->len > 0 ? said->pdata[said->len - 1] : NULL;

  return g_strcmp0 (last, wanted) == 0 ? NULL : g_strdup_printf ("%s was said last, not %s", wanted, last);
}

static char *
compare_all (Play *play)
{
  char *problem = play->timeline != NULL ? compare_shown (play) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (people) && problem == NULL; i++) {
    problem = compare_stored (play, i);
    if (problem == NULL)
      problem = compare_last (play, i);
  }
  return problem;
}

/* Returns what is wrong in the end, or NULL. */
static char *
play_plan (GArray *plan)
{
  Play play = { 0 };
  char *problem;

  chat_set_up (&play.chat, NULL);
  play.chat.abilities = ARCHIVE_ABILITIES;
  chat_new_server (&play.chat);
  play.archive = archive_new ();
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    play.said[i] = g_ptr_array_new_with_free_func (g_free);
  archive_sign_in (&play.chat);
  play.is_online = TRUE;

  for (guint i = 0; i < plan->len; i++)
    play_step (&play, &g_array_index (plan, Step, i));
  chat_settle (&play.chat);
  play_back (&play, 0, 0);
  chat_settle (&play.chat);
  while (play_page (&play, 7))
    chat_settle (&play.chat);
  chat_settle (&play.chat);
  problem = compare_all (&play);

  play_close (&play);
  chat_tear_down (&play.chat, NULL);
  archive_free (play.archive);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_ptr_array_unref (play.said[i]);
  return problem;
}

/* Plans */

static GArray *
make_plan (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GArray *plan = g_array_new (FALSE, FALSE, sizeof (Step));

  for (guint i = 0; i < N_STEPS; i++) {
    static const StepKind often[] = { STEP_SAY, STEP_SAY, STEP_PAGE, STEP_PAGE, STEP_SETTLE };
    guint kind = (guint) g_rand_int_range (rand, 0, N_KINDS + (int) G_N_ELEMENTS (often));
    Step step = { kind < N_KINDS ? (StepKind) kind : often[kind - N_KINDS] };

    step.a = (guint) g_rand_int_range (rand, 1, 10);
    step.b = (guint) g_rand_int_range (rand, 0, (int) G_N_ELEMENTS (people));
    g_array_append_val (plan, step);
  }
  return plan;
}

/* Without any step that it fails without. */
static char *
shrink (GArray *plan, char *problem)
{
  for (guint size = plan->len / 2; size > 0; size /= 2)
    for (guint i = 0; i + size <= plan->len;) {
      g_autoptr (GArray) shorter = g_array_copy (plan);
      char *still;

      g_array_remove_range (shorter, i, size);
      still = play_plan (shorter);
      if (still == NULL) {
        i += size;
        continue;
      }
      g_array_remove_range (plan, i, size);
      g_free (problem);
      problem = still;
    }
  return problem;
}

static void
test_plans (void)
{
  for (guint i = 0; i < N_PLANS; i++) {
    guint32 seed = (guint32) g_test_rand_int ();
    g_autoptr (GArray) plan = make_plan (seed);
    g_autofree char *problem = play_plan (plan);

    if (problem == NULL)
      continue;
    problem = shrink (plan, g_steal_pointer (&problem));
    g_test_message ("seed %u: %s", seed, problem);
    for (guint j = 0; j < plan->len; j++) {
      const Step *step = &g_array_index (plan, Step, j);

      g_test_message ("  %s %u %u", names[step->kind], step->a, step->b);
    }
    g_test_fail ();
    return;
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order/plans", test_plans);
  return g_test_run ();
}
