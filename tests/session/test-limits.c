/* Stanzas that break a limit, in a session: a stranger's must not end our stream. Each is passed over and counted, a
 * question gets its refusal, and life goes on; after a resumption, too. */
#include "sm-fixture.h"
#include "xmpp-ns.h"

#define STRANGER "tybalt@capulet.example/street"
#define SEED     20120

/* Too many levels. */
static char *
deep (const char *start,
      const char *end)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < 300; i++)
    g_string_append (text, "<a>");
  for (guint i = 0; i < 300; i++)
    g_string_append (text, "</a>");
  return g_string_free (g_string_append (text, end), FALSE);
}

/* Too many attributes of the last element in @start. */
static char *
wide (const char *start,
      const char *end)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, " a%u=''", i);
  return g_string_free (g_string_append (text, end), FALSE);
}

/* Too long a value of that. */
static char *
tall (const char *start,
      const char *end)
{
  g_autofree char *value = g_strnfill (70 * 1024, 'x');

  return g_strconcat (start, " a='", value, "'", end, NULL);
}

#define FROM " from='" STRANGER "' to='" OWN "' id='i1'"
#define REFUSAL "<iq type='error' id='i1' to='" STRANGER "'>" \
                "<error type='cancel'><service-unavailable xmlns='" NS_STANZAS "'/></error></iq>"

static const struct {
  char *(*build) (const char *start, const char *end);
  const char *start, *end;
  gboolean    is_counted;
  const char *answer;   /* (nullable) */
} rows[] = {
  { deep, "<message" FROM "><body>x</body>", "</message>", TRUE, NULL },
  { wide, "<message" FROM "><body>x</body><x", "/></message>", TRUE, NULL },
  { wide, "<message" FROM, "><body>x</body></message>", TRUE, NULL },
  { tall, "<message" FROM "><body>x</body><x", "/></message>", TRUE, NULL },
  { tall, "<message" FROM, "><body>x</body></message>", TRUE, NULL },
  { deep, "<presence" FROM ">", "</presence>", TRUE, NULL },
  { wide, "<presence" FROM " type='subscribe'><x", "/></presence>", TRUE, NULL },
  { deep, "<iq type='get'" FROM "><query xmlns='urn:q'>", "</query></iq>", TRUE, REFUSAL },
  { wide, "<iq type='set'" FROM "><query xmlns='jabber:iq:roster'", "/></iq>", TRUE, REFUSAL },
  { tall, "<iq type='get'" FROM "><query xmlns='urn:q'", "/></iq>", TRUE, REFUSAL },
  /* Where not even its address is known, nobody can be answered. */
  { wide, "<iq type='get'" FROM, "><query xmlns='urn:q'/></iq>", TRUE, NULL },
  /* No question is answered with an error twice, or for somebody else. */
  { deep, "<iq type='result'" FROM ">", "</iq>", TRUE, NULL },
  { deep, "<iq type='error'" FROM ">", "</iq>", TRUE, NULL },
  { deep, "<iq type='get' from='" STRANGER "' to='benvolio@montague.example/orchard' id='i1'>", "</iq>", TRUE, NULL },
  { deep, "<iq type='get' from='" STRANGER "'>", "</iq>", TRUE, NULL },
  /* What is no stanza counts for nothing. */
  { deep, "<what xmlns='urn:what'>", "</what>", FALSE, NULL },
  { wide, "<what xmlns='urn:what'", "/>", FALSE, NULL },
};

static void
set_chunks (Fixture       *fixture,
            gconstpointer  data)
{
  if (GPOINTER_TO_SIZE (data) == 0)
    return;
  g_test_message ("seed %d", SEED);
  fake_server_set_random_chunks (fixture->server, GPOINTER_TO_SIZE (data), SEED);
}

static void
test_passed_over (Fixture       *fixture,
                  gconstpointer  data)
{
  guint h = 0;

  sm_sign_in (fixture, RESUMABLE);
  set_chunks (fixture, data);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *stanza = rows[i].build (rows[i].start, rows[i].end);
    g_autofree char *answer = NULL;

    g_test_message ("%s…%s", rows[i].start, rows[i].end);
    fake_server_send (fixture->server, "%s", stanza);
    fake_server_send (fixture->server, LINE ("canary") "<r xmlns='" NS_SM "'/>");
    h += rows[i].is_counted ? 2 : 1;
    answer = g_strdup_printf ("<a xmlns='" NS_SM "' h='%u'/>", h);
    if (rows[i].answer != NULL) {
      fake_server_find (fixture->server, rows[i].answer);
      fake_server_find (fixture->server, "<r xmlns='" NS_SM "'/>");
    }
    fake_server_find (fixture->server, answer);
    fake_server_ack (fixture->server);
    fake_settle ();
    fake_server_expect_nothing (fixture->server);
    g_assert_cmpuint (fixture->messages->len, ==, 1);
    g_assert_cmpstr (((XmppMessage *) fixture->messages->pdata[0])->body, ==, "canary");
    g_ptr_array_set_size (fixture->messages, 0);
    g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_ONLINE);
  }
}

/* Larger than we ever take, and yet it ends. */
static void
test_large (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *piece = g_strnfill (1024 * 1024, 'a');

  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, "<iq type='set'" FROM "><query xmlns='urn:q'>");
  for (guint i = 0; i < 12; i++)
    fake_server_send (fixture->server, "%s", piece);
  fake_server_send (fixture->server, "</query></iq>" LINE ("canary") "<r xmlns='" NS_SM "'/>");
  fake_server_find (fixture->server, REFUSAL);
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  g_assert_cmpuint (fixture->messages->len, ==, 1);
}

/* Whoever asked hears that there was an answer, and that it is of no use. */
static void
test_answer (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *start = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *wrong_answer = NULL;
  g_autofree char *answer = NULL;
  const char *id;

  sm_sign_in (fixture, RESUMABLE);
  set_chunks (fixture, data);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (JULIET), NULL, fake_result_cb, &result);
  id = xmpp_node_get (fake_server_expect (fixture->server, "<iq type='get' to='" JULIET "'/>"), "id");

  wrong = g_strdup_printf ("<iq type='result' from='" STRANGER "' id='%s'>", id);
  wrong_answer = deep (wrong, "</iq>");
  fake_server_send (fixture->server, "%s", wrong_answer);
  fixture_assert_alive (fixture);
  g_assert_null (result);

  start = g_strdup_printf ("<iq type='result' from='" JULIET "' id='%s'>", id);
  answer = deep (start, "</iq>");
  fake_server_send (fixture->server, "%s", answer);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&result), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION);
}

/* The link is lost before the server knows that it was passed over: it comes again, is passed over again, and that is
 * the end of it. */
static void
test_resumed (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *stanza = deep ("<message" FROM ">", "</message>");

  sm_sign_in (fixture, RESUMABLE);
  set_chunks (fixture, data);
  fake_server_send (fixture->server, LINE ("1") "%s", stanza);
  fake_settle ();
  sm_lose (fixture);
  set_chunks (fixture, data);
  sm_resume (fixture, 0);
  fake_server_send (fixture->server, "%s<r xmlns='" NS_SM "'/>", stanza);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
  sm_lose (fixture);
  sm_resume (fixture, 0);
  g_ptr_array_set_size (fixture->messages, 0);
  fixture_assert_alive (fixture);
}

/* A thousand questions in one turn of the main loop are one. */
static void
test_request_storm (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GString) storm = g_string_new (NULL);
  guint answers = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append (storm, i % 100 == 99 ? LINE ("x") : "<r xmlns='" NS_SM "'/>");
  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, "%s", storm->str);
  fake_settle ();
  g_assert_cmpuint (fixture->messages->len, ==, 10);
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='10'/>");
  while (fake_server_look (fixture->server, "<a xmlns='" NS_SM "'/>") != NULL)
    answers++;
  /* One for each read of 16 KiB, at most. */
  g_assert_cmpuint (answers, <=, 1 + storm->len / (16 * 1024) + 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, chunk, test) \
  g_test_add (path, Fixture, GSIZE_TO_POINTER (chunk), fixture_set_up, test, fixture_tear_down)
  ADD ("/limits/passed-over", 0, test_passed_over);
  ADD ("/limits/passed-over/random", 900, test_passed_over);
  ADD ("/limits/large", 0, test_large);
  ADD ("/limits/answer", 0, test_answer);
  ADD ("/limits/answer/random", 40, test_answer);
  ADD ("/limits/resumed", 0, test_resumed);
  ADD ("/limits/resumed/random", 40, test_resumed);
  ADD ("/limits/request-storm", 0, test_request_storm);
#undef ADD
  return g_test_run ();
}
