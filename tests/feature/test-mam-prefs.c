/* Archive preferences: read, changed without touching the exceptions, and what of the answers is believed. */
#include "feature-test.h"
#include "xep-0441-mam-prefs.h"

#define PREFS(attributes, inside) "<prefs xmlns='urn:xmpp:mam:2' " attributes ">" inside "</prefs>"
#define LISTS "<always><jid>juliet@capulet.example</jid><jid>mercutio@verona.example/mask</jid></always>" \
              "<never><jid>tybalt@capulet.example</jid></never>"
#define GET "<iq type='get'>" PREFS ("", "") "</iq>"

static XmppNode *
ask (FeatureTest   *self,
     GCancellable  *cancellable,
     GAsyncResult **result)
{
  XmppNode *iq;

  xmpp_mam_prefs_get_async (self->session, cancellable, fake_result_cb, result);
  iq = fake_server_expect (self->server, GET);
  g_assert_null (xmpp_node_get (iq, "to"));
  return iq;
}

static void
assert_answer (FeatureTest *self,
               const char  *payload,
               int          wanted)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  XmppMamKeep keep = 42;

  g_test_message ("%s", payload);
  fake_server_reply (self->server, ask (self, NULL, &result), payload);
  if (wanted >= 0) {
    g_assert_true (xmpp_mam_prefs_get_finish (self->session, fake_wait (&result), &keep, &error));
    g_assert_no_error (error);
    g_assert_cmpint (keep, ==, wanted);
  } else {
    g_assert_false (xmpp_mam_prefs_get_finish (self->session, fake_wait (&result), &keep, &error));
    g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST);
    g_assert_cmpint (keep, ==, 42);
  }
}

static void
get (FeatureTest *self)
{
  feature_test_sign_in (self);
  assert_answer (self, PREFS ("default='always'", "<always/><never/>"), XMPP_MAM_KEEP_ALWAYS);
  assert_answer (self, PREFS ("default='roster'", LISTS), XMPP_MAM_KEEP_ROSTER);
  assert_answer (self, PREFS ("default='never'", ""), XMPP_MAM_KEEP_NEVER);
  assert_answer (self, PREFS ("", LISTS), -1);
  assert_answer (self, PREFS ("default=''", LISTS), -1);
  assert_answer (self, PREFS ("default='Always'", LISTS), -1);
  assert_answer (self, "<prefs xmlns='urn:xmpp:mam:1' default='always'/>", -1);
  assert_answer (self, "<fin xmlns='urn:xmpp:mam:2' default='always'/>", -1);
  assert_answer (self, NULL, -1);
}

static void
refused (FeatureTest *self)
{
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (GError) error = NULL;
  XmppMamKeep keep;

  feature_test_sign_in (self);
  fake_server_reply_error (self->server, ask (self, NULL, &got), "cancel", "feature-not-implemented");
  g_assert_false (xmpp_mam_prefs_get_finish (self->session, fake_wait (&got), &keep, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED);
  g_clear_error (&error);

  xmpp_mam_prefs_set_async (self->session, XMPP_MAM_KEEP_NEVER, NULL, fake_result_cb, &set);
  fake_server_reply (self->server, fake_server_expect (self->server, GET), PREFS ("default='always'", LISTS));
  fake_server_reply_error (self->server, fake_server_expect (self->server, "<iq type='set'/>"), "auth", "forbidden");
  g_assert_false (xmpp_mam_prefs_set_finish (self->session, fake_wait (&set), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN);
}

/* Only our own account knows what its archive keeps. */
static void
who_may_answer (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *address = feature_test_address (who);
    XmppNode *iq = ask (self, NULL, &result);
    XmppMamKeep keep;

    g_test_message ("answered by %s", feature_test_name (who));
    feature_test_receive (self, "<iq type='result' id='%s' %s>" PREFS ("default='never'", "") "</iq>",
                          xmpp_node_get (iq, "id"), address);
    fake_server_reply (self->server, iq, PREFS ("default='always'", ""));
    g_assert_true (xmpp_mam_prefs_get_finish (self->session, fake_wait (&result), &keep, &error));
    g_assert_cmpint (keep, ==, who == WHO_NOBODY || who == WHO_ACCOUNT ? XMPP_MAM_KEEP_NEVER : XMPP_MAM_KEEP_ALWAYS);
  }
}

static GAsyncResult *
set (FeatureTest *self,
     XmppMamKeep  keep,
     const char  *was,
     const char  *wanted,
     const char  *answer)
{
  GAsyncResult *result = NULL;

  xmpp_mam_prefs_set_async (self->session, keep, NULL, fake_result_cb, &result);
  fake_server_reply (self->server, fake_server_expect (self->server, GET), was);
  if (wanted != NULL) {
    g_autofree char *pattern = g_strdup_printf ("<iq type='set'>%s</iq>", wanted);
    XmppNode *iq = fake_server_expect (self->server, pattern);

    g_assert_null (xmpp_node_get (iq, "to"));
    fake_server_reply (self->server, iq, answer);
  }
  fake_wait (&result);
  fake_server_expect_nothing (self->server);
  return result;
}

static void
change (FeatureTest *self)
{
  static const struct { const char *was; XmppMamKeep keep; const char *wanted; const char *answer; } cases[] = {
    { PREFS ("default='roster'", LISTS), XMPP_MAM_KEEP_ALWAYS, PREFS ("default='always'", LISTS),
      PREFS ("default='always'", LISTS) },
    { PREFS ("default='always'", LISTS), XMPP_MAM_KEEP_ROSTER, PREFS ("default='roster'", LISTS), NULL },
    { PREFS ("default='always'", ""), XMPP_MAM_KEEP_NEVER, PREFS ("default='never'", "<always/><never/>"),
      PREFS ("default='never'", "") },
    { PREFS ("default='always'", "<never><jid>@ not one</jid><other/></never>"), XMPP_MAM_KEEP_NEVER,
      PREFS ("default='never'", "<always/><never><jid>@ not one</jid></never>"), NULL },
    /* It is so already. */
    { PREFS ("default='never'", LISTS), XMPP_MAM_KEEP_NEVER, NULL, NULL },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GAsyncResult) result = set (self, cases[i].keep, cases[i].was, cases[i].wanted, cases[i].answer);

    g_assert_true (xmpp_mam_prefs_set_finish (self->session, result, &error));
    g_assert_no_error (error);
  }
}

static void
change_otherwise (FeatureTest *self)
{
  static const struct { const char *was; const char *wanted; const char *answer; XmppStanzaError error; } cases[] = {
    /* The server keeps its own rule. */
    { PREFS ("default='always'", ""), PREFS ("default='never'", ""), PREFS ("default='roster'", ""),
      XMPP_STANZA_ERROR_NOT_ALLOWED },
    { PREFS ("default='always'", ""), PREFS ("default='never'", ""), PREFS ("default='sometimes'", ""),
      XMPP_STANZA_ERROR_BAD_REQUEST },
    /* Without knowing the exceptions, nothing is set. */
    { PREFS ("", LISTS), NULL, NULL, XMPP_STANZA_ERROR_BAD_REQUEST },
    { NULL, NULL, NULL, XMPP_STANZA_ERROR_BAD_REQUEST },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GAsyncResult) result = set (self, XMPP_MAM_KEEP_NEVER, cases[i].was, cases[i].wanted, cases[i].answer);

    g_assert_false (xmpp_mam_prefs_set_finish (self->session, result, &error));
    g_assert_error (error, XMPP_STANZA_ERROR, (int) cases[i].error);
  }
}

/* Exceptions that are not kept whole would be lost ones. */
static void
too_many (FeatureTest *self)
{
  g_autoptr (GString) was = g_string_new (NULL);
  g_autofree char *longest = g_strnfill (3072, 'x');
  g_autofree char *too_long = g_strdup_printf (PREFS ("default='always'", "<never><jid>%s</jid></never>"), longest);
  const char *all[2];

  g_string_append (was, "<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never>");
  for (guint i = 0; i < 1001; i++)
    g_string_append_printf (was, "<jid>%u@capulet.example</jid>", i);
  g_string_append (was, "</never></prefs>");
  all[0] = was->str;
  all[1] = too_long;

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GAsyncResult) result = set (self, XMPP_MAM_KEEP_NEVER, all[i], NULL, NULL);

    g_assert_false (xmpp_mam_prefs_set_finish (self->session, result, &error));
    g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION);
  }
}

static void
given_up (FeatureTest *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) lost = NULL;
  g_autoptr (GAsyncResult) offline = NULL;
  g_autoptr (GError) error = NULL;

  feature_test_sign_in (self);
  xmpp_mam_prefs_set_async (self->session, XMPP_MAM_KEEP_NEVER, cancellable, fake_result_cb, &cancelled);
  fake_server_reply (self->server, fake_server_expect (self->server, GET), PREFS ("default='always'", ""));
  fake_server_expect (self->server, "<iq type='set'/>");
  g_cancellable_cancel (cancellable);
  g_assert_false (xmpp_mam_prefs_set_finish (self->session, fake_wait (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  xmpp_mam_prefs_set_async (self->session, XMPP_MAM_KEEP_NEVER, NULL, fake_result_cb, &lost);
  fake_server_expect (self->server, GET);
  fake_server_hang_up (self->server);
  g_assert_false (xmpp_mam_prefs_set_finish (self->session, fake_wait (&lost), &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  feature_test_restart (self);
  xmpp_mam_prefs_set_async (self->session, XMPP_MAM_KEEP_NEVER, NULL, fake_result_cb, &offline);
  g_assert_false (xmpp_mam_prefs_set_finish (self->session, fake_wait (&offline), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/mam-prefs/get", get);
  feature_test_add ("/mam-prefs/refused", refused);
  feature_test_add ("/mam-prefs/who-may-answer", who_may_answer);
  feature_test_add ("/mam-prefs/change", change);
  feature_test_add ("/mam-prefs/change-otherwise", change_otherwise);
  feature_test_add ("/mam-prefs/too-many", too_many);
  feature_test_add ("/mam-prefs/given-up", given_up);
  return g_test_run ();
}
