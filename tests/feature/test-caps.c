/* Entity capabilities: the hash as in XEP-0115's examples, asked once, verified, and believed only when it fits. */
#include "feature-test.h"
#include "xep-0115-caps.h"
#include "xmpp-iq.h"
#include "xmpp-reader.h"

#define INFO   "http://jabber.org/protocol/disco#info"
#define CAPS   "http://jabber.org/protocol/caps"
#define EXODUS "QgayPKawpkPSDYmwT/WM94uAlu0="
#define PSI    "q07IKJEyjvHSyhy//CH0CxmKi8w="

/* XEP-0115 §5.2 */
static const char exodus[] =
  "<query xmlns='" INFO "'>"
  "<identity category='client' type='pc' name='Exodus 0.9.1'/>"
  "<feature var='http://jabber.org/protocol/muc'/>"
  "<feature var='http://jabber.org/protocol/disco#items'/>"
  "<feature var='" INFO "'/>"
  "<feature var='" CAPS "'/>"
  "</query>";

/* XEP-0115 §5.3, out of order */
static const char psi[] =
  "<query xmlns='" INFO "'>"
  "<x xmlns='jabber:x:data' type='result'>"
  "<field var='software_version'><value>0.11</value></field>"
  "<field var='ip_version' type='text-multi'><value>ipv6</value><value>ipv4</value></field>"
  "<field var='os'><value>Mac</value></field>"
  "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
  "<field var='os_version'><value>10.5.1</value></field>"
  "<field var='software'><value>Psi</value></field>"
  "</x>"
  "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
  "<identity xml:lang='el' category='client' name='\xce\xa8 0.11' type='pc'/>"
  "<feature var='http://jabber.org/protocol/muc'/>"
  "<feature var='http://jabber.org/protocol/disco#items'/>"
  "<feature var='" INFO "'/>"
  "<feature var='" CAPS "'/>"
  "</query>";

static char *
hash_of (const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = xmpp_reader_parse (query, -1, &error);
  g_autoptr (XmppDiscoInfo) info = NULL;

  g_assert_no_error (error);
  info = xmpp_disco_info_parse (node, &error);
  g_assert_no_error (error);
  return xmpp_caps_hash (info);
}

static const XmppDiscoInfo *
lookup (FeatureTest *self,
        const char  *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_caps_lookup (self->session, jid);
}

static void
show (FeatureTest *self,
      const char  *from,
      const char  *ver)
{
  feature_test_receive (self, "<presence from='%s' to='" FEATURE_JID "'>"
                              "<c xmlns='" CAPS "' hash='sha-1' node='http://client.example' ver='%s'/></presence>",
                        from, ver);
}

static XmppNode *
expect_question (FeatureTest *self,
                 const char  *to,
                 const char  *ver)
{
  g_autofree char *pattern = g_strdup_printf ("<iq type='get' to='%s'><query xmlns='" INFO "'"
                                              " node='http://client.example#%s'/></iq>", to, ver);

  return fake_server_expect (self->server, pattern);
}

static void
examples (void)
{
  g_autofree char *simple = hash_of (exodus);
  g_autofree char *complex = hash_of (psi);

  g_assert_cmpstr (simple, ==, EXODUS);
  g_assert_cmpstr (complex, ==, PSI);
}

/* Sorting is by parts: what ends a part is less than all that may be in it. */
static void
order (void)
{
  static const char text[] =
    "<query xmlns='" INFO "'><identity category='client-a' type='x'/><identity category='client' type='y'/>"
    "<feature var='b'/><feature var='B'/>"
    "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>urn:a:b</value></field>"
    "<field var='a:b'><value>2</value></field><field var='a'/></x>"
    "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>urn:a</value></field></x>"
    "<x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>urn:not-hidden</value></field></x>"
    "<x xmlns='jabber:x:data'><field var='no-type'><value>a</value></field></x></query>";
  g_autoptr (XmppNode) node = xmpp_reader_parse (text, -1, NULL);
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_parse (node, NULL);

  g_assert_cmpstr (info->identities[0], ==, "client/y//");
  g_assert_cmpstr (info->identities[1], ==, "client-a/x//");
  g_assert_cmpstr (info->features[0], ==, "B");
  g_assert_cmpstr (info->forms[0], ==, "urn:a<");
  g_assert_cmpstr (info->forms[1], ==, "urn:a:b<a<a:b<2<");
  g_assert_null (info->forms[2]);
}

static void
two_form_types (void)
{
  static const char text[] =
    "<query xmlns='" INFO "'><x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'>"
    "<value>urn:a</value><value>urn:b</value></field></x></query>";
  g_autoptr (XmppNode) node = xmpp_reader_parse (text, -1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_disco_info_parse (node, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST);
  g_clear_error (&error);
  g_assert_null (xmpp_disco_info_parse (NULL, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST);
}

static void
too_long (void)
{
  g_autoptr (XmppNode) node = xmpp_node_new ("query", INFO);
  g_autofree char *var = g_strnfill (XMPP_DISCO_MAX_SIZE / 2, 'x');
  g_autoptr (XmppDiscoInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_node_set (xmpp_node_add (node, "feature", NULL), "var", var);
  info = xmpp_disco_info_parse (node, &error);
  g_assert_no_error (error);
  xmpp_node_set (xmpp_node_add (node, "feature", NULL), "var", var);
  g_assert_null (xmpp_disco_info_parse (node, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION);
}

/* What our presence shows is the hash of what we answer, and the node with it is ours. */
static void
own (FeatureTest *self)
{
  XmppNode *presence, *c, *reply, *query;
  g_autofree char *answered = NULL;
  g_autofree char *text = NULL;

  feature_test_sign_in (self);
  xmpp_session_send (self->session, xmpp_node_new ("presence", "jabber:client"));
  presence = fake_server_expect (self->server, "<presence><c xmlns='" CAPS "' hash='sha-1' node='https://linnet.im'/>"
                                               "</presence>");
  c = xmpp_node_find (presence, "c", CAPS);
  feature_test_receive (self, "<iq type='get' id='a' from='juliet@capulet.example/balcony'><query xmlns='" INFO "'"
                              " node='https://linnet.im#%s'/></iq>", xmpp_node_get (c, "ver"));
  reply = fake_server_expect (self->server, "<iq type='result' id='a'/>");
  query = xmpp_node_find (reply, "query", INFO);
  g_assert_true (g_str_has_suffix (xmpp_node_get (query, "node"), xmpp_node_get (c, "ver")));
  text = xmpp_node_to_string (query);
  answered = hash_of (text);
  g_assert_cmpstr (answered, ==, xmpp_node_get (c, "ver"));
}

static void
asked_once (FeatureTest *self)
{
  XmppNode *question;

  feature_test_sign_in (self);
  show (self, "juliet@capulet.example/balcony", EXODUS);
  show (self, "juliet@capulet.example/chamber", EXODUS);
  show (self, "mercutio@verona.example/street", EXODUS);
  question = expect_question (self, "juliet@capulet.example/balcony", EXODUS);
  fake_server_expect_nothing (self->server);
  g_assert_null (lookup (self, "juliet@capulet.example/balcony"));
  fake_server_reply (self->server, question, exodus);
  fake_settle ();
  fake_server_expect_nothing (self->server);
  g_assert_true (xmpp_disco_info_has (lookup (self, "juliet@capulet.example/balcony"), CAPS));
  g_assert_true (lookup (self, "mercutio@verona.example/street") == lookup (self, "juliet@capulet.example/chamber"));
  g_assert_null (lookup (self, "juliet@capulet.example"));

  /* Known in the next connection, too; but who shows it has to show it again. */
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_null (lookup (self, "mercutio@verona.example/street"));
  feature_test_sign_in (self);
  show (self, "mercutio@verona.example/street", EXODUS);
  fake_server_expect_nothing (self->server);
  g_assert_nonnull (lookup (self, "mercutio@verona.example/street"));

  /* Gone, or without the hash. */
  feature_test_receive (self, "<presence from='mercutio@verona.example/street' type='unavailable'/>");
  g_assert_null (lookup (self, "mercutio@verona.example/street"));
  show (self, "mercutio@verona.example/street", EXODUS);
  g_assert_nonnull (lookup (self, "mercutio@verona.example/street"));
  feature_test_receive (self, "<presence from='mercutio@verona.example/street'/>");
  g_assert_null (lookup (self, "mercutio@verona.example/street"));
}

/* To ask is to tell that we are here. */
static void
who_is_asked (FeatureTest *self)
{
  static const char *const junk[] = {
    "><c xmlns='" CAPS "' node='n' ver='0.9'/>",
    "><c xmlns='" CAPS "' hash='sha-1' ver='v'/>",
    "><c xmlns='" CAPS "' hash='sha-1' node='n'/>",
    "><c xmlns='" CAPS "' hash='sha-1' node='n' ver=''/>",
    "><c xmlns='urn:x' hash='sha-1' node='n' ver='v'/>",
    " type='subscribe'><c xmlns='" CAPS "' hash='sha-1' node='n' ver='v'/>",
  };

  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);

    g_test_message ("shown by %s", feature_test_name (who));
    feature_test_receive (self, "<presence %s><c xmlns='" CAPS "' hash='sha-1' node='n' ver='v%d'/></presence>",
                          address, who);
    if (who == WHO_CONTACT || who == WHO_DEVICE)
      fake_server_expect (self->server, "<iq type='get'><query xmlns='" INFO "'/></iq>");
    fake_server_expect_nothing (self->server);
  }
  /* Nor ourselves, nor an old format, nor junk. */
  show (self, FEATURE_JID, "self");
  for (guint i = 0; i < G_N_ELEMENTS (junk); i++)
    feature_test_receive (self, "<presence from='juliet@capulet.example/balcony'%s</presence>", junk[i]);
  fake_server_expect_nothing (self->server);
}

/* Whoever shows a well-known hash and tells something else about it tells it about itself only. */
static void
poison (FeatureTest *self)
{
  static const char lie[] = "<query xmlns='" INFO "'><identity category='client' type='pc'/>"
                            "<feature var='urn:lie'/></query>";
  XmppNode *question;

  feature_test_sign_in (self);
  show (self, "mercutio@verona.example/street", EXODUS);
  show (self, "juliet@capulet.example/balcony", EXODUS);
  question = expect_question (self, "mercutio@verona.example/street", EXODUS);
  fake_server_reply (self->server, question, lie);
  /* Another that shows it is asked. */
  question = expect_question (self, "juliet@capulet.example/balcony", EXODUS);
  g_assert_true (xmpp_disco_info_has (lookup (self, "mercutio@verona.example/street"), "urn:lie"));
  g_assert_null (lookup (self, "juliet@capulet.example/balcony"));
  fake_server_reply (self->server, question, exodus);
  fake_settle ();
  g_assert_true (xmpp_disco_info_has (lookup (self, "juliet@capulet.example/balcony"), CAPS));
  g_assert_false (xmpp_disco_info_has (lookup (self, "juliet@capulet.example/balcony"), "urn:lie"));
  g_assert_true (xmpp_disco_info_has (lookup (self, "mercutio@verona.example/street"), "urn:lie"));
  fake_server_expect_nothing (self->server);
}

/* A contact with many devices is not the only one who is asked what a hash means. */
static void
crowd (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *device = g_strdup_printf ("mercutio@verona.example/%u", i);

    show (self, device, EXODUS);
  }
  show (self, "juliet@capulet.example/balcony", EXODUS);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *device = g_strdup_printf ("mercutio@verona.example/%u", i);

    fake_server_reply_error (self->server, expect_question (self, device, EXODUS), "cancel", "service-unavailable");
  }
  fake_server_reply (self->server, expect_question (self, "juliet@capulet.example/balcony", EXODUS), exodus);
  fake_settle ();
  g_assert_true (xmpp_disco_info_has (lookup (self, "juliet@capulet.example/balcony"), CAPS));
  fake_server_expect_nothing (self->server);
}

/* Each fits its hash, and yet is not believed of anybody else (§5.4). */
static void
ill_formed (FeatureTest *self)
{
  static const char *const queries[] = {
    "<query xmlns='" INFO "'><identity category='client' type='pc'/><identity category='client' type='pc'/></query>",
    "<query xmlns='" INFO "'><identity category='client' type='pc'/><feature var='a'/><feature var='a'/></query>",
    "<query xmlns='" INFO "'><identity category='client' type='pc'/>"
    "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>t</value></field></x>"
    "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>t</value></field><field var='a'/></x>"
    "</query>",
    "<query xmlns='" INFO "'><identity category='client' type='pc'/><feature var='a&lt;b'/></query>",
    "<query xmlns='" INFO "'><feature var='client/pc//Exodus 0.9.1'/><feature var='a'/></query>",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *ver = hash_of (queries[i]);
    XmppNode *question;

    show (self, "mercutio@verona.example/street", ver);
    question = expect_question (self, "mercutio@verona.example/street", ver);
    fake_server_reply (self->server, question, queries[i]);
    fake_settle ();
    g_assert_nonnull (lookup (self, "mercutio@verona.example/street"));
    show (self, "juliet@capulet.example/balcony", ver);
    g_assert_null (lookup (self, "juliet@capulet.example/balcony"));
    fake_server_reply_error (self->server, expect_question (self, "juliet@capulet.example/balcony", ver), "cancel",
                             "service-unavailable");
    fake_settle ();
    g_assert_null (lookup (self, "juliet@capulet.example/balcony"));
    fake_server_expect_nothing (self->server);
  }
}

/* A hash that we cannot compute is asked of each device and shared with none. */
static void
other_hash (FeatureTest *self)
{
  static const char *const who[] = { "juliet@capulet.example/balcony", "mercutio@verona.example/street" };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    feature_test_receive (self, "<presence from='%s'>"
                                "<c xmlns='" CAPS "' hash='md5' node='http://client.example' ver='v'/></presence>",
                          who[i]);
    fake_server_reply (self->server, expect_question (self, who[i], "v"), exodus);
    fake_settle ();
    g_assert_nonnull (lookup (self, who[i]));
  }
  g_assert_true (lookup (self, who[0]) != lookup (self, who[1]));
}

/* A flood: four questions at a time, each answered or not, in the order of arrival. */
static void
flood (FeatureTest *self)
{
  XmppNode *questions[4];

  feature_test_sign_in (self);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *from = g_strdup_printf ("juliet@capulet.example/%u", i);
    g_autofree char *ver = g_strdup_printf ("v%u", i);

    show (self, from, ver);
  }
  for (guint i = 0; i < 4; i++)
    questions[i] = fake_server_expect (self->server, "<iq type='get'><query xmlns='" INFO "'/></iq>");
  fake_server_expect_nothing (self->server);

  fake_server_reply_error (self->server, questions[0], "cancel", "service-unavailable");
  expect_question (self, "juliet@capulet.example/4", "v4");
  fake_server_expect_nothing (self->server);

  /* Who has left or changed is not asked any more. */
  feature_test_receive (self, "<presence from='juliet@capulet.example/5' type='unavailable'/>");
  show (self, "juliet@capulet.example/6", "v6b");
  base_clock_advance (self->clock, XMPP_IQ_TIMEOUT);
  fake_settle ();
  expect_question (self, "juliet@capulet.example/7", "v7");
  expect_question (self, "juliet@capulet.example/6", "v6b");
  fake_server_forget (self->server);

  /* Nothing of this is left when the connection goes. */
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  feature_test_sign_in (self);
  fake_server_expect_nothing (self->server);
}

static void
abort_cb (XmppSession  *session,
          XmppPresence *presence,
          gpointer      user_data)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "Enough");

  if (presence->type != XMPP_PRESENCE_AVAILABLE || presence->show != XMPP_SHOW_DND)
    return;
  g_signal_handlers_disconnect_by_func (session, abort_cb, user_data);
  xmpp_session_abort (session, error);
}

/* A listener ends the session between a question and its answer; the next connection begins afresh. */
static void
ended_meanwhile (FeatureTest *self)
{
  feature_test_sign_in (self);
  g_signal_connect (self->session, "presence", G_CALLBACK (abort_cb), NULL);
  feature_test_receive (self, "<presence from='juliet@capulet.example/chamber'>"
                              "<c xmlns='" CAPS "' hash='sha-1' node='http://client.example' ver='v'/></presence>"
                              "<presence from='juliet@capulet.example/balcony'><show>dnd</show>"
                              "<c xmlns='" CAPS "' hash='sha-1' node='http://client.example' ver='" EXODUS "'/></presence>");
  feature_test_restart (self);
  feature_test_sign_in (self);
  show (self, "juliet@capulet.example/balcony", EXODUS);
  fake_server_reply (self->server, expect_question (self, "juliet@capulet.example/balcony", EXODUS), exodus);
  fake_settle ();
  g_assert_nonnull (lookup (self, "juliet@capulet.example/balcony"));
  for (guint i = 0; i < 5; i++) {
    g_autofree char *ver = g_strdup_printf ("v%u", i);

    show (self, "juliet@capulet.example/chamber", ver);
  }
  for (guint i = 0; i < 4; i++)
    fake_server_expect (self->server, "<iq type='get' to='juliet@capulet.example/chamber'/>");
  fake_server_expect_nothing (self->server);
}

/* Ten thousand presences, each with another hash: four questions at a time, ten in all for each contact, and whoever
 * comes late has a turn nevertheless. Strangers are not asked at all. */
static void
flood_is_bounded (FeatureTest *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint of_juliet = 0, of_mercutio = 0, in_flight = 0;
  XmppNode *question;

  feature_test_sign_in (self);
  fake_server_set_chunks (self->server, 0);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "<presence from='%s/%u'><c xmlns='" CAPS "' hash='sha-1'"
                                  " node='http://client.example' ver='v%u'/></presence>",
                            i % 2 == 0 ? "juliet@capulet.example" : "tybalt@capulet.example", i, i);
  feature_test_receive (self, "%s", text->str);
  show (self, "mercutio@verona.example/street", EXODUS);
  for (;;) {
    g_autoptr (GPtrArray) questions = g_ptr_array_new ();

    fake_settle ();
    while ((question = fake_server_look (self->server, "<iq type='get'><query xmlns='" INFO "'/></iq>")) != NULL)
      g_ptr_array_add (questions, question);
    if (questions->len == 0)
      break;
    in_flight = MAX (in_flight, questions->len);
    for (guint i = 0; i < questions->len; i++) {
      const char *to = xmpp_node_get (questions->pdata[i], "to");

      if (g_str_has_prefix (to, "juliet@capulet.example/"))
        of_juliet++;
      else
        of_mercutio += g_str_equal (to, "mercutio@verona.example/street");
      fake_server_reply_error (self->server, questions->pdata[i], "cancel", "service-unavailable");
    }
  }
  g_assert_cmpuint (in_flight, ==, 4);
  g_assert_cmpuint (of_juliet, ==, 10);
  g_assert_cmpuint (of_mercutio, ==, 1);
  fake_server_expect_nothing (self->server);

  /* What she shows from now on is looked up again. */
  feature_test_receive (self, "<presence from='juliet@capulet.example/0' type='unavailable'/>");
  show (self, "juliet@capulet.example/balcony", "late");
  expect_question (self, "juliet@capulet.example/balcony", "late");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/caps/examples", examples);
  g_test_add_func ("/caps/order", order);
  g_test_add_func ("/caps/two-form-types", two_form_types);
  g_test_add_func ("/caps/too-long", too_long);
  feature_test_add ("/caps/own", own);
  feature_test_add ("/caps/asked-once", asked_once);
  feature_test_add ("/caps/who-is-asked", who_is_asked);
  feature_test_add ("/caps/poison", poison);
  feature_test_add ("/caps/crowd", crowd);
  feature_test_add ("/caps/ill-formed", ill_formed);
  feature_test_add ("/caps/other-hash", other_hash);
  feature_test_add ("/caps/flood", flood);
  feature_test_add ("/caps/ended-meanwhile", ended_meanwhile);
  feature_test_add ("/caps/flood-is-bounded", flood_is_bounded);
  return g_test_run ();
}
