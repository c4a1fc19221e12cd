/* Archives: whether there is one, and what becomes of a query when it is given up, refused, or the link is lost. */
#include "mam-test.h"
#include "xmpp-iq.h"

#define INFO    "http://jabber.org/protocol/disco#info"
#define SERVER  "<iq type='get' to='montague.example'><query xmlns='" INFO "'/></iq>"
#define ACCOUNT "<iq type='get' to='romeo@montague.example'><query xmlns='" INFO "'/></iq>"
#define SENT    4   /* stanzas, when signed in: for the roster, the server, the account, and copies */

/* -- queries -- */

static void
cancelled (FeatureTest *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) already = g_cancellable_new ();
  g_autoptr (GAsyncResult) never = NULL;
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (GError) error = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, cancellable);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  g_cancellable_cancel (cancellable);
  mam_test_assert_error (self, open, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* Nobody waits for these any more. */
  mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
  fake_server_reply (self->server, open->iq, MAM_FIN ("complete='true'", ""));
  fake_settle ();
  g_assert_cmpuint (self->messages->len, ==, 0);

  g_cancellable_cancel (already);
  xmpp_mam_query_async (self->session, &(XmppMamAsk) { 0 }, already, fake_result_cb, &never);
  g_assert_null (xmpp_mam_query_finish (self->session, fake_wait (&never), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_expect_nothing (self->server);
}

static void
refused (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, &(XmppMamAsk) { .page = { 50, "gone", NULL } }, NULL);
  fake_server_reply_error (self->server, open->iq, "cancel", "item-not-found");
  mam_test_assert_error (self, open, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
silent (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  base_clock_advance (self->clock, XMPP_IQ_TIMEOUT);
  mam_test_assert_error (self, open, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
  g_assert_cmpuint (self->messages->len, ==, 0);
}

static void
link_lost (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (GAsyncResult) offline = NULL;
  g_autoptr (GError) error = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  fake_server_hang_up (self->server);
  mam_test_assert_error (self, open, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  feature_test_restart (self);

  xmpp_mam_query_async (self->session, &(XmppMamAsk) { 0 }, NULL, fake_result_cb, &offline);
  g_assert_null (xmpp_mam_query_finish (self->session, fake_wait (&offline), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);

  /* The next session knows nothing of it. */
  feature_test_sign_in (self);
  mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
  g_assert_cmpuint (self->messages->len, ==, 0);
}

/* Results are counted stanzas: what was on its way comes with the link, and what the server was not told of in time
 * comes twice. */
static void
link_back (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;
  g_autoptr (GAsyncResult) meanwhile = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  feature_test_manage (self);
  feature_test_sign_in (self);
  feature_test_managed (self);
  open = mam_test_open (self, NULL, NULL);
  id = g_strdup (xmpp_node_get (open->iq, "id"));
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_true (xmpp_session_is_suspended (self->session));
  g_assert_null (open->result);
  xmpp_mam_query_async (self->session, &(XmppMamAsk) { 0 }, NULL, fake_result_cb, &meanwhile);
  g_assert_null (xmpp_mam_query_finish (self->session, fake_wait (&meanwhile), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);

  feature_test_resume (self, SENT + 1);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
  feature_test_receive (self, "<iq type='result' id='%s'>" MAM_FIN ("", "") "</iq>", id);
  got = mam_test_finish (self, open);
  g_assert_cmpuint (got->messages->len, ==, 2);
  g_assert_cmpstr (mam_test_nth (got, 0)->archive_id, ==, "a");
  g_assert_cmpstr (mam_test_nth (got, 1)->archive_id, ==, "b");
}

/* A query that the server has not got goes out again. */
static void
link_back_too_late (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;
  g_autofree char *again = NULL;

  feature_test_manage (self);
  feature_test_sign_in (self);
  feature_test_managed (self);
  open = mam_test_open (self, NULL, NULL);
  again = g_strdup_printf ("<iq type='set' id='%s'><query xmlns='urn:xmpp:mam:2' queryid='%s'/></iq>",
                           xmpp_node_get (open->iq, "id"), open->query_id);
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  feature_test_resume (self, SENT);
  open->iq = fake_server_find (self->server, again);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  fake_server_reply (self->server, open->iq, MAM_FIN ("", ""));
  got = mam_test_finish (self, open);
  g_assert_cmpuint (got->messages->len, ==, 1);
}

/* The session is over: what was half is nothing. */
static void
link_not_back (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;

  feature_test_manage (self);
  feature_test_sign_in (self);
  feature_test_managed (self);
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_null (open->result);
  base_clock_advance (self->clock, G_TIME_SPAN_DAY);
  fake_settle ();
  g_assert_false (xmpp_session_is_suspended (self->session));
  g_assert_nonnull (open->result);
  feature_test_sign_in (self);
  mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
  g_assert_cmpuint (self->messages->len, ==, 0);
}

/* -- whether there is one -- */

static void
assert_found (FeatureTest   *self,
              GAsyncResult **result,
              gboolean       is_there,
              gboolean       is_extended)
{
  g_autoptr (GError) error = NULL;
  gboolean extended = !is_extended;

  g_assert_cmpint (xmpp_mam_find_finish (self->session, fake_wait (result), &extended, &error), ==, is_there);
  g_assert_no_error (error);
  g_assert_cmpint (extended, ==, is_extended);
  g_clear_object (result);
}

static void
assert_not_known (FeatureTest   *self,
                  GAsyncResult **result,
                  GQuark         domain,
                  int            code)
{
  g_autoptr (GError) error = NULL;
  gboolean extended = TRUE;

  g_assert_false (xmpp_mam_find_finish (self->session, fake_wait (result), &extended, &error));
  g_assert_error (error, domain, code);
  g_assert_false (extended);
  g_clear_object (result);
}

static void
found (FeatureTest *self)
{
  static const struct { const char *features; gboolean is_there, is_extended; } answers[] = {
    { "", FALSE, FALSE },
    { "<feature var='urn:xmpp:mam:1'/><feature var='urn:xmpp:sid:0'/>", FALSE, FALSE },
    { "<feature var='urn:xmpp:mam:2#extended'/>", FALSE, FALSE },
    { "<feature var='urn:xmpp:mam:2'/>", TRUE, FALSE },
    { "<feature var='urn:xmpp:mam:2#extended'/><feature var='urn:xmpp:mam:2'/>", TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GAsyncResult) early = NULL;
    g_autoptr (GAsyncResult) late = NULL;
    g_autofree char *info = g_strdup_printf ("<query xmlns='" INFO "'>%s</query>", answers[i].features);

    feature_test_connect (self);
    xmpp_mam_find_async (self->session, NULL, fake_result_cb, &early);
    fake_server_reply (self->server, fake_server_find (self->server, ACCOUNT), info);
    fake_settle ();
    g_assert_null (early);
    /* The server's own archive is not ours. */
    fake_server_reply (self->server, fake_server_find (self->server, SERVER),
                       "<query xmlns='" INFO "'><feature var='urn:xmpp:mam:2'/>"
                       "<feature var='urn:xmpp:mam:2#extended'/></query>");
    assert_found (self, &early, answers[i].is_there, answers[i].is_extended);
    xmpp_mam_find_async (self->session, NULL, fake_result_cb, &late);
    assert_found (self, &late, answers[i].is_there, answers[i].is_extended);
    fake_server_hang_up (self->server);
    feature_test_restart (self);
  }
}

/* That there is none is said by who knows nothing of archives, not by who could not answer now. */
static void
found_out_by_error (FeatureTest *self)
{
  static const struct { const char *condition; int code; } errors[] = {
    { "service-unavailable", -1 }, { "item-not-found", -1 }, { "feature-not-implemented", -1 },
    { "internal-server-error", XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR },
    { "resource-constraint", XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    feature_test_connect (self);
    xmpp_mam_find_async (self->session, NULL, fake_result_cb, &result);
    fake_server_reply (self->server, fake_server_find (self->server, SERVER), "<query xmlns='" INFO "'/>");
    fake_server_reply_error (self->server, fake_server_find (self->server, ACCOUNT), "cancel", errors[i].condition);
    if (errors[i].code < 0)
      assert_found (self, &result, FALSE, FALSE);
    else
      assert_not_known (self, &result, XMPP_STANZA_ERROR, errors[i].code);
    fake_server_hang_up (self->server);
    feature_test_restart (self);
  }
}

/* Who could not answer at the sign-in is asked again by whoever asks again. */
static void
found_out_later (FeatureTest *self)
{
  g_autoptr (GAsyncResult) early = NULL;
  g_autoptr (GAsyncResult) late = NULL;

  feature_test_connect (self);
  xmpp_mam_find_async (self->session, NULL, fake_result_cb, &early);
  fake_server_reply (self->server, fake_server_find (self->server, SERVER), "<query xmlns='" INFO "'/>");
  fake_server_reply_error (self->server, fake_server_find (self->server, ACCOUNT), "wait", "resource-constraint");
  assert_not_known (self, &early, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT);
  for (guint i = 0; i < 3; i++) {
    xmpp_mam_find_async (self->session, NULL, fake_result_cb, &late);
    if (i == 0) {
      fake_server_reply_error (self->server, fake_server_find (self->server, ACCOUNT), "wait", "resource-constraint");
      assert_not_known (self, &late, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT);
    } else {
      fake_server_reply (self->server, fake_server_find (self->server, ACCOUNT),
                         i == 1 ? "<query xmlns='" INFO "'><feature var='urn:xmpp:mam:2'/></query>"
                                : "<query xmlns='" INFO "'/>");
      assert_found (self, &late, i == 1, FALSE);
    }
  }
}

static void
not_found_out (FeatureTest *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GAsyncResult) given_up = NULL;
  g_autoptr (GAsyncResult) already = NULL;
  g_autoptr (GAsyncResult) offline = NULL;
  g_autoptr (GAsyncResult) timed_out = NULL;

  xmpp_mam_find_async (self->session, NULL, fake_result_cb, &offline);
  assert_not_known (self, &offline, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);

  feature_test_connect (self);
  xmpp_mam_find_async (self->session, NULL, fake_result_cb, &waiting);
  xmpp_mam_find_async (self->session, cancellable, fake_result_cb, &given_up);
  fake_settle ();
  g_assert_null (given_up);
  g_cancellable_cancel (cancellable);
  assert_not_known (self, &given_up, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  xmpp_mam_find_async (self->session, cancellable, fake_result_cb, &already);
  assert_not_known (self, &already, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (waiting);
  fake_server_hang_up (self->server);
  assert_not_known (self, &waiting, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  feature_test_restart (self);

  feature_test_connect (self);
  xmpp_mam_find_async (self->session, NULL, fake_result_cb, &timed_out);
  fake_server_reply (self->server, fake_server_find (self->server, SERVER), "<query xmlns='" INFO "'/>");
  fake_settle ();
  g_assert_null (timed_out);
  base_clock_advance (self->clock, XMPP_IQ_TIMEOUT);
  assert_not_known (self, &timed_out, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/mam/cancelled", cancelled);
  feature_test_add ("/mam/refused", refused);
  feature_test_add ("/mam/silent", silent);
  feature_test_add ("/mam/link-lost", link_lost);
  feature_test_add ("/mam/link-back", link_back);
  feature_test_add ("/mam/link-back-too-late", link_back_too_late);
  feature_test_add ("/mam/link-not-back", link_not_back);
  feature_test_add ("/mam/found", found);
  feature_test_add ("/mam/found-out-by-error", found_out_by_error);
  feature_test_add ("/mam/found-out-later", found_out_later);
  feature_test_add ("/mam/not-found-out", not_found_out);
  return g_test_run ();
}
