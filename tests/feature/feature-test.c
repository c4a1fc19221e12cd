/* An online session over the fake server, for tests of single features. */
#include "feature-test.h"

static const char roster[] =
  "<query xmlns='jabber:iq:roster'>"
  "<item jid='juliet@capulet.example' name='Juliet' subscription='both'/>"
  "<item jid='mercutio@verona.example' subscription='both'/>"
  "<item jid='paris@verona.example' subscription='to'/>"
  "</query>";

typedef struct {
  void  (*test) (FeatureTest *self);
  gsize   chunks;
} Case;

/* Life */

static void
message_cb (XmppSession *session,
            XmppMessage *message,
            FeatureTest *self)
{
  g_ptr_array_add (self->messages, xmpp_message_ref (message));
}

static void
presence_cb (XmppSession  *session,
             XmppPresence *presence,
             FeatureTest  *self)
{
  g_ptr_array_add (self->presences, xmpp_presence_ref (presence));
}

static void
subscription_request_cb (XmppSession  *session,
                         XmppPresence *presence,
                         FeatureTest  *self)
{
  g_ptr_array_add (self->requests, xmpp_presence_ref (presence));
}

static void
roster_changed_cb (XmppSession *session,
                   GPtrArray   *items,
                   gboolean     whole,
                   FeatureTest *self)
{
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (self->items, xmpp_roster_item_ref (g_ptr_array_index (items, i)));
  self->wholes += whole;
}

static void
run_case (gconstpointer data)
{
  const Case *this = data;
  const XmppConnector *none[] = { NULL };
  FeatureTest self = { 0 };

  self.server = fake_server_new ("montague.example");
  fake_server_set_chunks (self.server, this->chunks);
  self.clock = base_clock_new_manual (FEATURE_NOW);
  self.session = xmpp_session_new (xmpp_features, none, self.clock);
  self.messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  self.presences = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_presence_unref);
  self.requests = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_presence_unref);
  self.items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_unref);
  g_signal_connect (self.session, "message", G_CALLBACK (message_cb), &self);
  g_signal_connect (self.session, "presence", G_CALLBACK (presence_cb), &self);
  g_signal_connect (self.session, "subscription-request", G_CALLBACK (subscription_request_cb), &self);
  g_signal_connect (self.session, "roster-changed", G_CALLBACK (roster_changed_cb), &self);

  this->test (&self);

  g_signal_handlers_disconnect_by_data (self.session, &self);
  fake_server_hang_up (self.server);
  fake_settle ();
  xmpp_session_abort (self.session, NULL);
  fake_settle ();
  g_assert_finalize_object (self.session);
  fake_server_free (self.server);
  base_clock_unref (self.clock);
  g_ptr_array_unref (self.messages);
  g_ptr_array_unref (self.presences);
  g_ptr_array_unref (self.requests);
  g_ptr_array_unref (self.items);
}

void
feature_test_add (const char *path,
                  void      (*test) (FeatureTest *self))
{
  static const struct { const char *name; gsize chunks; } ways[] = { { "whole", 0 }, { "bytes", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree char *full = g_strconcat (path, "/", ways[i].name, NULL);
    Case *this = g_new (Case, 1);

    this->test = test;
    this->chunks = ways[i].chunks;
    g_test_add_data_func_full (full, this, run_case, g_free);
  }
}

void
feature_test_connect (FeatureTest *self)
{
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_session_connect_async (self->session, login, fake_server_get_client_io (self->server), NULL, fake_result_cb,
                              &result);
  fake_server_login (self->server, FEATURE_JID);
  xmpp_session_connect_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
}

void
feature_test_sign_in (FeatureTest *self)
{
  feature_test_sign_in_with (self, "urn:xmpp:sid:0");
}

void
feature_test_sign_in_with (FeatureTest *self,
                           const char  *abilities)
{
  fake_server_set_abilities (self->server, abilities);
  feature_test_connect (self);
  fake_server_welcome (self->server, roster);
  fake_server_reply (self->server,
                     fake_server_find (self->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>"), NULL);
  feature_test_forget (self);
}

void
feature_test_restart (FeatureTest *self)
{
  fake_settle ();
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
  fake_server_free (self->server);
  self->server = fake_server_new ("montague.example");
}

void
feature_test_manage (FeatureTest *self)
{
  fake_server_set_features (self->server, "<sm xmlns='urn:xmpp:sm:3'/>");
}

void
feature_test_managed (FeatureTest *self)
{
  fake_server_send (self->server, "<enabled xmlns='urn:xmpp:sm:3' id='verona' resume='true'/>");
  fake_settle ();
  g_assert_true (xmpp_session_is_managed (self->session));
}

void
feature_test_resume (FeatureTest *self,
                     guint        h)
{
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autofree char *mechanisms = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_session_connect_async (self->session, login, fake_server_get_client_io (self->server), NULL, fake_result_cb,
                              &result);
  fake_server_open (self->server, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>");
  fake_server_secure (self->server);
  mechanisms = fake_server_mechanisms (self->server);
  fake_server_open (self->server, mechanisms);
  g_assert_true (fake_server_authenticate (self->server));
  fake_server_open (self->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>");
  fake_server_expect (self->server, "<resume xmlns='urn:xmpp:sm:3' previd='verona'/>");
  fake_server_send (self->server, "<resumed xmlns='urn:xmpp:sm:3' previd='verona' h='%u'/>", h);
  xmpp_session_connect_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_true (xmpp_session_is_resumed (self->session));
}

void
feature_test_forget (FeatureTest *self)
{
  fake_settle ();
  fake_server_forget (self->server);
  g_ptr_array_set_size (self->messages, 0);
  g_ptr_array_set_size (self->presences, 0);
  g_ptr_array_set_size (self->requests, 0);
  g_ptr_array_set_size (self->items, 0);
  self->wholes = 0;
}

/* Who */

static const struct { Who who; const char *name; const char *from; } people[] = {
  { WHO_NOBODY, "nobody", NULL },
  { WHO_ACCOUNT, "our account", "romeo@montague.example" },
  { WHO_DEVICE, "our other device", "romeo@montague.example/phone" },
  { WHO_SERVER, "our server", "montague.example" },
  { WHO_CONTACT, "a contact", "juliet@capulet.example/balcony" },
  { WHO_CONTACT_BARE, "a contact's account", "juliet@capulet.example" },
  { WHO_UNSEEING, "a contact who does not see us", "paris@verona.example/hall" },
  { WHO_STRANGER, "a stranger", "tybalt@capulet.example/street" },
  { WHO_OTHER_SERVER, "another server", "capulet.example" },
  { WHO_LOOKALIKE, "our name elsewhere", "romeo@montague.example.test" },
  { WHO_ROOM, "a room", "feast@rooms.capulet.example" },
  { WHO_OCCUPANT, "an occupant", "feast@rooms.capulet.example/romeo" },
  { WHO_MISLED, "a contact to somebody else", "juliet@capulet.example/balcony" },
};

static const char *
who_from (Who who)
{
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    if (people[i].who == who)
      return people[i].from;
  g_assert_not_reached ();
}

const char *
feature_test_name (Who who)
{
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    if (people[i].who == who)
      return people[i].name;
  g_assert_not_reached ();
}

char *
feature_test_address (Who who)
{
  const char *to = who == WHO_MISLED ? "benvolio@montague.example/orchard" : FEATURE_JID;

  if (who == WHO_NOBODY)
    return g_strdup_printf ("to='%s'", to);
  return g_strdup_printf ("from='%s' to='%s'", who_from (who), to);
}

void
feature_test_receive (FeatureTest *self,
                      const char  *format,
                      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fake_server_send (self->server, "%s", text);
  fake_settle ();
}

void
feature_test_ask_all (FeatureTest *self,
                      const char  *payload,
                      guint        may,
                      const char  *result)
{
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);
    g_autofree char *to = who_from (who) != NULL ? g_strdup_printf ("to='%s'", who_from (who)) : g_strdup ("");
    g_autofree char *pattern = NULL;

    g_test_message ("asked by %s", feature_test_name (who));
    fake_server_send (self->server, "<iq type='get' id='ask%d' %s>%s</iq>", who, address, payload);
    if (who == WHO_MISLED)
      pattern = NULL;
    else if ((may & who) != 0)
      pattern = g_strdup_printf ("<iq type='result' id='ask%d' %s>%s</iq>", who, to, result != NULL ? result : "");
    else
      pattern = g_strdup_printf ("<iq type='error' id='ask%d' %s><error type='cancel'>"
                                 "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                                 who, to);
    if (pattern != NULL)
      fake_server_expect (self->server, pattern);
    fake_server_expect_nothing (self->server);
  }
}

XmppMessage *
feature_test_only (FeatureTest *self)
{
  g_assert_cmpuint (self->messages->len, <=, 1);
  return self->messages->len == 1 ? g_ptr_array_index (self->messages, 0) : NULL;
}

XmppMessage *
feature_test_say (FeatureTest *self,
                  Who          who,
                  const char  *type,
                  const char  *payloads)
{
  g_autofree char *address = feature_test_address (who);

  feature_test_forget (self);
  feature_test_receive (self, "<message type='%s' id='say%d' %s>%s</message>", type, who, address, payloads);
  return feature_test_only (self);
}

void
feature_test_send (FeatureTest *self,
                   XmppMessage *message)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_session_send_message_async (self->session, message, NULL, fake_result_cb, &result);
  xmpp_session_send_message_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
  /* Where nothing is confirmed, the link is tried when something was said; that somebody types is not worth it. */
  if (message->typing == XMPP_TYPING_UNCHANGED || message->body != NULL)
    fake_server_reply (self->server,
                       fake_server_find (self->server, "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"), NULL);
}
