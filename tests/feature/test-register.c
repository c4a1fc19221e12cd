/* A new password: asked of the own server alone, and only its answer counts. */
#include "feature-test.h"
#include "xep-0077-register.h"
#include "xmpp-error.h"

#define CHANGE "<iq type='set' to='montague.example'><query xmlns='jabber:iq:register'>" \
               "<username>romeo</username><password>rose &amp; thorn</password></query></iq>"

static XmppNode *
ask (FeatureTest   *self,
     GCancellable  *cancellable,
     GAsyncResult **result)
{
  xmpp_register_change_password_async (self->session, "rose & thorn", cancellable, fake_result_cb, result);
  return fake_server_expect (self->server, CHANGE);
}

static void
assert_failed (FeatureTest   *self,
               GAsyncResult **result,
               GQuark         domain,
               int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (xmpp_register_change_password_finish (self->session, fake_wait (result), &error));
  g_assert_error (error, domain, code);
  g_assert_null (strstr (error->message, "rose"));
  g_clear_object (result);
}

static void
change (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  feature_test_sign_in (self);
  fake_server_reply (self->server, ask (self, NULL, &result), NULL);
  g_assert_true (xmpp_register_change_password_finish (self->session, fake_wait (&result), &error));
  g_assert_no_error (error);
}

static void
refused (FeatureTest *self)
{
  static const struct {
    const char      *type, *condition;
    XmppStanzaError  code;
  } refusals[] = {
    { "modify", "bad-request", XMPP_STANZA_ERROR_BAD_REQUEST },
    { "modify", "not-authorized", XMPP_STANZA_ERROR_NOT_AUTHORIZED },
    { "cancel", "not-allowed", XMPP_STANZA_ERROR_NOT_ALLOWED },
    { "wait", "unexpected-request", XMPP_STANZA_ERROR_UNEXPECTED_REQUEST },
    { "cancel", "service-unavailable", XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE },
  };

  feature_test_sign_in (self);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    fake_server_reply_error (self->server, ask (self, NULL, &result), refusals[i].type, refusals[i].condition);
    assert_failed (self, &result, XMPP_STANZA_ERROR, refusals[i].code);
  }
}

/* A server that wants to know more sends a form, which is not filled in here: the old password holds. */
static void
form (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *iq;

  feature_test_sign_in (self);
  iq = ask (self, NULL, &result);
  fake_server_send (self->server,
                    "<iq type='error' from='montague.example' to='" FEATURE_JID "' id='%s'>"
                    "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>"
                    "<field type='text-private' label='Old password' var='old_password'><required/></field></x></query>"
                    "<error type='modify'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                    xmpp_node_get (iq, "id"));
  assert_failed (self, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_AUTHORIZED);
}

/* Who is not asked cannot say yes, even if he has guessed the question's id. Without an address it is our server. */
static void
others (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *iq;
  g_autofree char *id = NULL;

  feature_test_sign_in (self);
  iq = ask (self, NULL, &result);
  id = g_strdup (xmpp_node_get (iq, "id"));
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);

    if (who != WHO_SERVER && who != WHO_NOBODY)
      feature_test_receive (self, "<iq type='result' id='%s' %s/>", id, address);
  }
  g_assert_null (result);
  fake_server_send (self->server, "<iq type='result' from='montague.example' to='" FEATURE_JID "' id='%s'/>", id);
  g_assert_true (xmpp_register_change_password_finish (self->session, fake_wait (&result), NULL));
}

static void
unanswered (FeatureTest *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  feature_test_sign_in (self);
  ask (self, NULL, &result);
  base_clock_advance (self->clock, 30 * G_TIME_SPAN_SECOND);
  assert_failed (self, &result, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);

  ask (self, cancellable, &result);
  g_cancellable_cancel (cancellable);
  assert_failed (self, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  ask (self, NULL, &result);
  fake_server_hang_up (self->server);
  assert_failed (self, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
}

static void
offline (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  xmpp_register_change_password_async (self->session, "rose & thorn", NULL, fake_result_cb, &result);
  assert_failed (self, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/register/password", change);
  feature_test_add ("/register/password/refused", refused);
  feature_test_add ("/register/password/form", form);
  feature_test_add ("/register/password/others", others);
  feature_test_add ("/register/password/unanswered", unanswered);
  feature_test_add ("/register/password/offline", offline);
  return g_test_run ();
}
