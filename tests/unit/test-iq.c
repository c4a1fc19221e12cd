/* Questions under way: who may answer them, and the five ways in which they end. */
#include "xmpp-error.h"
#include "xmpp-iq.h"
#include "xmpp-ns.h"

#define OWN "romeo@montague.example/orchard"

typedef struct {
  BaseClock   *clock;
  XmppIqTable *table;
  XmppJid     *own;
  guint        ended;    /* how many tasks have called back */
  XmppNode    *reply;    /* of the last one */
  GError      *error;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->clock = base_clock_new_manual (0);
  fixture->table = xmpp_iq_table_new (fixture->clock);
  fixture->own = xmpp_jid_new (OWN, NULL);
}

static void
fixture_forget (Fixture *fixture)
{
  g_clear_pointer (&fixture->reply, xmpp_node_free);
  g_clear_error (&fixture->error);
  fixture->ended = 0;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_clear_pointer (&fixture->table, xmpp_iq_table_free);
  settle ();
  fixture_forget (fixture);
  xmpp_jid_unref (fixture->own);
  base_clock_unref (fixture->clock);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_clear_pointer (&fixture->reply, xmpp_node_free);
  g_clear_error (&fixture->error);
  fixture->reply = g_task_propagate_pointer (G_TASK (result), &fixture->error);
  fixture->ended++;
}

/* Asks, and returns the id; free with g_free(). */
static char *
ask (Fixture      *fixture,
     const char   *to,
     GCancellable *cancellable)
{
  g_autoptr (XmppNode) iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", to);
  return g_strdup (xmpp_iq_table_add (fixture->table, iq, fixture->own, XMPP_IQ_TIMEOUT,
                                      g_task_new (NULL, cancellable, ended_cb, fixture)));
}

static gboolean
answer (Fixture    *fixture,
        const char *id,
        const char *from)
{
  g_autoptr (XmppNode) reply = xmpp_node_new ("iq", NS_CLIENT);
  gboolean taken;

  xmpp_node_set (reply, "type", "result");
  xmpp_node_set (reply, "id", id);
  xmpp_node_set (reply, "from", from);
  taken = xmpp_iq_table_take (fixture->table, reply);
  if (taken)
    reply = NULL;
  settle ();
  return taken;
}

static void
test_ids (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (XmppNode) own_id = xmpp_node_new ("iq", NS_CLIENT);
  g_autoptr (XmppNode) same_id = xmpp_node_new ("iq", NS_CLIENT);
  g_autofree char *one = ask (fixture, NULL, NULL);
  g_autofree char *other = ask (fixture, NULL, NULL);
  const char *id;
  GTask *task;

  g_assert_cmpstr (one, !=, other);
  g_assert_cmpuint (strlen (one), >=, 16);

  xmpp_node_set (own_id, "id", "mine");
  task = g_task_new (NULL, NULL, ended_cb, fixture);
  id = xmpp_iq_table_add (fixture->table, own_id, fixture->own, XMPP_IQ_TIMEOUT, task);
  g_assert_cmpstr (id, ==, "mine");
  g_assert_cmpstr (xmpp_node_get (own_id, "id"), ==, "mine");
  xmpp_node_set (same_id, "id", "mine");
  task = g_task_new (NULL, NULL, ended_cb, fixture);
  id = xmpp_iq_table_add (fixture->table, same_id, fixture->own, XMPP_IQ_TIMEOUT, task);
  g_assert_cmpstr (id, !=, "mine");
  g_assert_cmpstr (xmpp_node_get (same_id, "id"), ==, id);
  g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, 4);
}

static void
test_who_may_answer (Fixture       *fixture,
                     gconstpointer  data)
{
  static const struct {
    const char *to, *from;
    gboolean    taken;
  } cases[] = {
    { NULL, NULL, TRUE },
    { NULL, "romeo@montague.example", TRUE },
    { NULL, "Romeo@Montague.Example", TRUE },
    { NULL, "romeo@montague.example/orchard", TRUE },
    { NULL, "romeo@montague.example/balcony", FALSE },
    { NULL, "montague.example", FALSE },
    { NULL, "tybalt@capulet.example/sword", FALSE },
    { NULL, "", FALSE },
    { NULL, "@", FALSE },
    { "romeo@montague.example", NULL, TRUE },
    { "romeo@montague.example", "romeo@montague.example", TRUE },
    { "romeo@montague.example", "romeo@montague.example/orchard", TRUE },
    { "romeo@montague.example", "romeo@montague.example/balcony", FALSE },
    { "romeo@montague.example", "montague.example", FALSE },
    { "romeo@montague.example/balcony", "romeo@montague.example/balcony", TRUE },
    { "romeo@montague.example/balcony", "romeo@montague.example", FALSE },
    { "romeo@montague.example/balcony", NULL, FALSE },
    { "montague.example", "montague.example", TRUE },
    { "montague.example", "Montague.Example", TRUE },
    { "montague.example", NULL, TRUE },
    { "capulet.example", NULL, FALSE },
    { "montague.example", "romeo@montague.example", FALSE },
    { "montague.example", "capulet.example", FALSE },
    { "juliet@capulet.example/balcony", "juliet@capulet.example/balcony", TRUE },
    { "juliet@capulet.example/balcony", "juliet@capulet.example", FALSE },
    { "juliet@capulet.example/balcony", "juliet@capulet.example/Balcony", FALSE },
    { "juliet@capulet.example/balcony", "tybalt@capulet.example/sword", FALSE },
    { "juliet@capulet.example/balcony", NULL, FALSE },
    { "juliet@capulet.example", "juliet@capulet.example/balcony", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = ask (fixture, cases[i].to, NULL);

    g_test_message ("asked %s, answered by %s", cases[i].to, cases[i].from);
    g_assert_cmpint (answer (fixture, id, cases[i].from), ==, cases[i].taken);
    g_assert_cmpuint (fixture->ended, ==, cases[i].taken ? 1 : 0);
    g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, cases[i].taken ? 0 : 1);
    if (!cases[i].taken) {
      /* The question has not noticed, and takes the true reply. */
      g_assert_true (answer (fixture, id, cases[i].to));
      g_assert_cmpuint (fixture->ended, ==, 1);
    }
    g_assert_no_error (fixture->error);
    g_assert_cmpstr (xmpp_node_get (fixture->reply, "id"), ==, id);
    fixture_forget (fixture);
  }
}

/* What some server delivers to us although it is for somebody else. */
static void
test_to_whom (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct {
    const char *to;
    gboolean    taken;
  } cases[] = {
    { NULL, TRUE },
    { OWN, TRUE },
    { "romeo@montague.example", TRUE },
    { "Romeo@Montague.Example/orchard", TRUE },
    { "romeo@montague.example/balcony", FALSE },
    { "benvolio@montague.example/orchard", FALSE },
    { "montague.example", FALSE },
    { "@", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = ask (fixture, "juliet@capulet.example/balcony", NULL);
    g_autoptr (XmppNode) reply = xmpp_node_new ("iq", NS_CLIENT);

    g_test_message ("answered to %s", cases[i].to);
    xmpp_node_set (reply, "type", "result");
    xmpp_node_set (reply, "id", id);
    xmpp_node_set (reply, "from", "juliet@capulet.example/balcony");
    xmpp_node_set (reply, "to", cases[i].to);
    g_assert_cmpint (xmpp_iq_table_take (fixture->table, reply), ==, cases[i].taken);
    if (cases[i].taken)
      reply = NULL;
    else
      g_assert_true (answer (fixture, id, "juliet@capulet.example/balcony"));
    settle ();
    g_assert_cmpuint (fixture->ended, ==, 1);
    fixture_forget (fixture);
  }
}

static void
test_not_asked (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *id = ask (fixture, NULL, NULL);

  g_assert_false (answer (fixture, "guess", NULL));
  g_assert_false (answer (fixture, NULL, NULL));
  g_assert_false (answer (fixture, "", NULL));
  g_assert_true (answer (fixture, id, NULL));
  g_assert_false (answer (fixture, id, NULL));
  g_assert_cmpuint (fixture->ended, ==, 1);
}

static void
test_error (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *id = ask (fixture, "juliet@capulet.example/balcony", NULL);
  XmppNode *reply = xmpp_node_new ("iq", NS_CLIENT);
  XmppNode *error;

  xmpp_node_set (reply, "type", "error");
  xmpp_node_set (reply, "id", id);
  xmpp_node_set (reply, "from", "juliet@capulet.example/balcony");
  error = xmpp_node_add (reply, "error", NULL);
  xmpp_node_set (error, "type", "cancel");
  xmpp_node_add (error, "item-not-found", NS_STANZAS);
  g_assert_true (xmpp_iq_table_take (fixture->table, reply));
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_error (fixture->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
test_deadline (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *id = ask (fixture, NULL, NULL);

  base_clock_advance (fixture->clock, XMPP_IQ_TIMEOUT - 1);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 0);
  base_clock_advance (fixture->clock, 1);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, 0);
  g_assert_false (answer (fixture, id, NULL));
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *id = ask (fixture, NULL, cancellable);

  settle ();
  g_assert_cmpuint (fixture->ended, ==, 0);
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, 0);
  base_clock_advance (fixture->clock, XMPP_IQ_TIMEOUT);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
}

static void
test_cancelled_too_late (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *id = ask (fixture, NULL, cancellable);

  g_assert_true (answer (fixture, id, NULL));
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_no_error (fixture->error);
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_RESET, "again");
  g_autofree char *one = ask (fixture, NULL, NULL);
  g_autofree char *other = ask (fixture, "capulet.example", NULL);

  xmpp_iq_table_close (fixture->table, error);
  g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, 0);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 2);
  g_assert_error (fixture->error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_RESET);
  g_assert_cmpstr (fixture->error->message, ==, "again");
}

static void
test_freed (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *id = ask (fixture, NULL, NULL);

  g_clear_pointer (&fixture->table, xmpp_iq_table_free);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  fixture->table = xmpp_iq_table_new (fixture->clock);
}

static void
test_no_address (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *id = ask (fixture, "@nobody", NULL);

  g_assert_null (id);
  settle ();
  g_assert_cmpuint (fixture->ended, ==, 1);
  g_assert_true (fixture->error->domain == XMPP_JID_ERROR);
  g_assert_cmpuint (xmpp_iq_table_size (fixture->table), ==, 0);
}

/* Before a resource is bound only the server can answer, and it has nothing to sign with. */
static void
test_before_binding (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (XmppJid) own = g_steal_pointer (&fixture->own);
  g_autofree char *id = ask (fixture, NULL, NULL);

  fixture->own = g_steal_pointer (&own);
  g_assert_false (answer (fixture, id, OWN));
  g_assert_true (answer (fixture, id, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)
  ADD ("/iq/ids", test_ids);
  ADD ("/iq/who-may-answer", test_who_may_answer);
  ADD ("/iq/to-whom", test_to_whom);
  ADD ("/iq/not-asked", test_not_asked);
  ADD ("/iq/error", test_error);
  ADD ("/iq/deadline", test_deadline);
  ADD ("/iq/cancelled", test_cancelled);
  ADD ("/iq/cancelled-too-late", test_cancelled_too_late);
  ADD ("/iq/close", test_close);
  ADD ("/iq/freed", test_freed);
  ADD ("/iq/no-address", test_no_address);
  ADD ("/iq/before-binding", test_before_binding);
#undef ADD
  return g_test_run ();
}
