/* Rooms that nobody is in, files that nobody asked for, words in other clothes: groups C, E, F and H, as far as Linnet
 * has an opinion on them. */
#include "hostile-fixture.h"

#include <gio/gio.h>

#define SAY(from, inside) "<message from='" from "' to='" OWN_FULL "' type='chat' id='m1'>" inside "</message>"
#define ROOM_SAY(from, inside) "<message from='" from "' to='" OWN_FULL "' type='groupchat' id='g1'>" inside "</message>"
#define PRESENCE(from, type, inside) "<presence from='" from "' to='" OWN_FULL "'" type ">" inside "</presence>"
#define MUC_USER(inside) "<x xmlns='http://jabber.org/protocol/muc#user'>" inside "</x>"
#define QUESTION(type, id, payload) "<iq from='" FLEET "' to='" OWN_FULL "' type='" type "' id='" id "'>" payload "</iq>"

static const Attack attacks[] = {
  { "/hostile/c01",
    SAY (FEAST "/Juliet", "<body>Thy password?</body>" MUC_USER ("")),
    .same_as = SAY (FEAST "/Juliet", "<body>Thy password?</body>") },
  { "/hostile/c02",
    ROOM_SAY (TRAP "/x", "<body>Come in</body>") ROOM_SAY (TRAP, "<body>Come in</body>")
    ROOM_SAY (BALCONY, "<body>Come in</body>") ROOM_SAY (FLEET, "<body>Come in</body>")
    ROOM_SAY (OWN "/phone", "<body>Come in</body>")
    SAY (OWN, "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
              "<message xmlns='jabber:client' from='" TRAP "/x' to='" OWN "' type='groupchat'><body>Come in</body>"
              "</message></forwarded></received>"),
    .never = "Come in" },
  { "/hostile/c03",
    ROOM_SAY (FEAST "/Iago", "<body>Obey</body>" MUC_USER ("<item affiliation='owner' jid='" JULIET "'/>"))
    PRESENCE (FLEET, "", MUC_USER ("<item affiliation='owner' role='moderator' jid='" BALCONY "'/>")),
    .never = "Obey" },
  { "/hostile/c05",
    PRESENCE (FEAST "/Other", "", MUC_USER ("<item affiliation='member' role='participant'/><status code='110'/>"
                                            "<status code='210'/>"))
    PRESENCE (FLEET, "", MUC_USER ("<status code='110'/>")) },
  { "/hostile/c06",
    "<message from='" FLEET "' to='" OWN_FULL "'><x xmlns='jabber:x:conference' jid='" TRAP "' password='a'"
    " reason='&lt;b&gt;Prince&lt;/b&gt;'/></message>"
    "<message from='" TRAP "' to='" OWN_FULL "'>" MUC_USER ("<invite from='" BALCONY "'><reason>Come</reason></invite>"
                                                            "<password>a</password>") "</message>",
    .never = "trap" },
  { "/hostile/c07",
    PRESENCE (FEAST "/romeo", " type='unavailable'",
              MUC_USER ("<item affiliation='none' role='none'/><destroy jid='" TRAP "'><reason>moved</reason></destroy>"))
    PRESENCE (FEAST "/romeo", " type='unavailable'",
              MUC_USER ("<item affiliation='outcast' role='none'><reason>&lt;b&gt;</reason></item><status code='301'/>"
                        "<status code='110'/>")),
    .never = "trap" },
  { "/hostile/c09",
    ROOM_SAY (FEAST "/M", "<subject>&lt;span size='999999'&gt;x&lt;/span&gt;&lt;a href='file:///'&gt;y&lt;/a&gt;</subject>")
    PRESENCE (FEAST "/&lt;b&gt;M", "", "<status>&lt;b&gt;x&lt;/b&gt;</status>" MUC_USER ("<item role='visitor'/>")),
    .never = "999999" },
  { "/hostile/c10",
    ROOM_SAY (FEAST, MUC_USER ("<status code='172'/><status code='170'/><status code='173'/>")) },
  { "/hostile/e10",
    SAY (FLEET, "<body>Art thou there?</body><request xmlns='urn:xmpp:receipts'/>"
                "<markable xmlns='urn:xmpp:chat-markers:0'/><active xmlns='http://jabber.org/protocol/chatstates'/>")
    PRESENCE (FLEET, " type='probe'", "")
    QUESTION ("get", "v1", "<query xmlns='jabber:iq:version'/>") QUESTION ("get", "v2", "<time xmlns='urn:xmpp:time'/>")
    QUESTION ("get", "v3", "<query xmlns='jabber:iq:last'/>") QUESTION ("get", "v4", "<ping xmlns='urn:xmpp:ping'/>"),
    .same_as = SAY (FLEET, "<body>Art thou there?</body><request xmlns='urn:xmpp:receipts'/>"),
    .answers = { NOBODY_HOME ("v1", FLEET), NOBODY_HOME ("v2", FLEET), NOBODY_HOME ("v3", FLEET),
                 NOBODY_HOME ("v4", FLEET) } },
  { "/hostile/e11",
    PRESENCE (IAGO, " type='subscribe'", "<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick>"
                                         "<status>&lt;b&gt;honest&lt;/b&gt;</status>")
    PRESENCE (FLEET, " type='subscribe'", "<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick>"
                                          "<status>&lt;b&gt;honest&lt;/b&gt;</status>")
    PRESENCE (IAGO, " type='subscribed'", ""),
    .same_as = PRESENCE (IAGO, " type='subscribe'", "<status>&lt;b&gt;honest&lt;/b&gt;</status>") },
  { "/hostile/f05",
    "<iq from='upload.evil.example' to='" OWN_FULL "' type='result' id='u1'><slot xmlns='urn:xmpp:http:upload:0'>"
    "<put url='http://evil.example/x'><header name='X-Evil'>1</header></put><get url='https://evil.example/x'/></slot></iq>"
    QUESTION ("get", "u2", "<request xmlns='urn:xmpp:http:upload:0' filename='x' size='9'/>"),
    .answers = { NOBODY_HOME ("u2", FLEET) } },
  { "/hostile/f06",
    SAY (FLEET, "<sources xmlns='urn:xmpp:sfs:0' id='b1'><url-data xmlns='http://jabber.org/protocol/url-data'"
                " target='https://evil.example/x'/></sources>")
    SAY (FLEET, "<attach-to xmlns='urn:xmpp:message-attaching:1' id='{own}'/><sources xmlns='urn:xmpp:sfs:0'/>"),
    .never = "evil" },
  { "/hostile/f11",
    SAY (FLEET, "<body>the bank</body><html xmlns='http://jabber.org/protocol/xhtml-im'>"
                "<body xmlns='http://www.w3.org/1999/xhtml'><a href='javascript:x'>bank.example</a>"
                "<img src='https://evil.example/t.png'/></body></html>")
    SAY (FLEET, "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>"
                "<p>bank.example</p></body></html>"),
    .same_as = SAY (FLEET, "<body>the bank</body>"), .never = "bank.example" },
  { "/hostile/f13",
    QUESTION ("set", "o1", "<open xmlns='http://jabber.org/protocol/ibb' sid='s' block-size='4096'/>")
    QUESTION ("set", "o2", "<data xmlns='http://jabber.org/protocol/ibb' sid='s' seq='0'>QQ==</data>")
    SAY (FLEET, "<data xmlns='http://jabber.org/protocol/ibb' sid='s' seq='1'>QQ==</data>"),
    .answers = { NOBODY_HOME ("o1", FLEET), NOBODY_HOME ("o2", FLEET) } },
  { "/hostile/h09",
    "<message from='" OWN "' to='" OWN_FULL "' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
    "<items node='eu.siacs.conversations.axolotl.devicelist'><item id='current'>"
    "<list xmlns='eu.siacs.conversations.axolotl'><device id='666'/></list></item></items></event></message>" },
};

/* A crowd whose clients all claim something else is neither asked nor kept. */
static void
test_crowd (Hostile *self)
{
  g_autoptr (GString) crowd = g_string_new (NULL);
  g_autofree char *before = hostile_stored (self);
  g_autofree char *after = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (crowd, "<presence from='" FEAST "/guest%u' to='" OWN_FULL "'>"
                                   "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://evil.example'"
                                   " ver='QgayPKawpkPSDYmwT%u='/>" MUC_USER ("<item affiliation='none'/>") "</presence>",
                            i, i);
  hostile_feed (self, crowd->str);
  fake_server_expect_nothing (self->ui.chat.server);
  after = hostile_stored (self);
  hostile_assert_same (before, after, "stored");
  hostile_canary (self);
  fake_server_expect_nothing (self->ui.chat.server);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             guint             *n)
{
  ++*n;
  return TRUE;
}

/* Addresses in what strangers and contacts say lead to a machine that would notice. */
static void
hear_addresses (Hostile    *self,
                const char *path)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GError) error = NULL;
  guint n = 0;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  static const char *const people[] = { FLEET, BALCONY, FEAST "/Iago" };

  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), &n);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
    g_autofree char *url = g_strdup_printf ("http%s://127.0.0.1:%u%s", i == 0 ? "s" : "", port, path);
    g_autofree char *stanza =
        g_strdup_printf ("<message from='%s' to='" OWN_FULL "' type='chat' id='u%u'><body>%s</body>"
                         "<x xmlns='jabber:x:oob'><url>%s</url></x>"
                         "<reference xmlns='urn:xmpp:reference:0' type='data' uri='%s'/></message>"
                         "<presence from='%s' to='" OWN_FULL "'><x xmlns='vcard-temp:x:update'><photo>da39a3</photo></x>"
                         "</presence>"
                         "<iq from='%s' to='" OWN_FULL "' type='set' id='oob%u'><query xmlns='jabber:iq:oob'>"
                         "<url>%s</url></query></iq>",
                         people[i], i, url, url, url, people[i], people[i], i, url);
    g_autofree char *answer = g_strdup_printf (NOBODY_HOME ("oob%u", "%s"), i, people[i]);

    hostile_feed (self, stanza);
    fake_server_expect (self->ui.chat.server, answer);
    fake_server_expect_nothing (self->ui.chat.server);
  }
  hostile_canary (self);
  g_free (hostile_shown (self));
  fake_server_expect_nothing (self->ui.chat.server);
  g_assert_cmpuint (n, ==, 0);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
test_nothing_fetched (Hostile *self)
{
  hear_addresses (self, "/i.png");
}

static void
test_nothing_inside_asked (Hostile *self)
{
  hear_addresses (self, ":631/admin?shutdown=1");
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  hostile_add (attacks, G_N_ELEMENTS (attacks));
  hostile_add_test ("/hostile/c11", test_crowd);
  hostile_add_test ("/hostile/f02", test_nothing_fetched);
  hostile_add_test ("/hostile/f03", test_nothing_inside_asked);
  return g_test_run ();
}
