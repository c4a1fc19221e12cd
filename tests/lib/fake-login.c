/* How the fake server signs a client in: stream headers, TLS, SASL, binding. It speaks in the words of a real Prosody,
 * as they are in tests/session/transcripts, and offers only what it can do. */

#include <string.h>

#include "fake-scram.h"
#include "fake-server-private.h"
#include "xmpp-jid.h"
#include "xmpp-node.h"
#include "xmpp-ns.h"

#define NS_DISCO "http://jabber.org/protocol/disco#info"

/* -- for clients -- */

static char *
certificate_path (const char *name,
                  const char *kind)
{
  g_autofree char *file = g_strconcat (name, kind, NULL);

  return g_build_filename (FAKE_CERTS_DIR, file, NULL);
}

GTlsDatabase *
fake_trust (void)
{
  g_autofree char *path = certificate_path ("ca", ".pem");
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  return database;
}

char *
fake_sha256 (const char *certificate)
{
  g_autofree char *path = certificate_path (certificate, ".sha256");
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (g_strstrip (text)), ==, 64);
  return text;
}

XmppLogin *
fake_login (const char *jid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) parsed = xmpp_jid_new (jid, &error);
  XmppLogin *login;

  g_assert_no_error (error);
  login = xmpp_login_new (xmpp_jid_get_bare (parsed), FAKE_PASSWORD);
  login->trust = fake_trust ();
  return login;
}

/* -- stream headers -- */

XmppNode *
fake_server_open (FakeServer *self,
                  const char *features)
{
  XmppNode *header = fake_server_expect (self, "<stream:stream version='1.0'/>");
  const char *from = xmpp_node_get (header, "from");
  g_autofree char *to = from != NULL ? g_markup_printf_escaped (" to='%s'", from) : g_strdup ("");

  fake_server_send (self,
                    "<?xml version='1.0'?><stream:stream xmlns='" NS_CLIENT "'%s xmlns:stream='" NS_STREAM
                    "' xml:lang='en' from='%s' version='1.0' id='a8602f41-5948-40ee-b1e2-98a73ec17195'>"
                    "<stream:features>%s</stream:features>",
                    to, self->domain, features);
  return header;
}

/* -- TLS -- */

gboolean
fake_server_handshake (FakeServer *self)
{
  g_autofree char *path = certificate_path (self->certificate, ".pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  fake_server_stop_listening (self);
  tls = g_tls_server_connection_new (self->io, certificate, &error);
  g_assert_no_error (error);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), (const char *const[]) { "xmpp-client", NULL });
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, fake_result_cb, &result);
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), fake_wait (&result), &error))
    return FALSE;
  g_set_object (&self->io, tls);
  self->is_secure = TRUE;
  fake_server_listen (self);
  return TRUE;
}

gboolean
fake_server_proceed_with (FakeServer *self,
                          const char *proceed)
{
  /* What the client sends next is TLS, and not for the reader. */
  fake_server_stop_listening (self);
  fake_server_send (self, "%s", proceed);
  return fake_server_handshake (self);
}

gboolean
fake_server_try_secure (FakeServer *self,
                        const char *behind)
{
  g_autofree char *proceed = g_strconcat ("<proceed xmlns='" NS_TLS "'/>", behind, NULL);

  fake_server_expect (self, "<starttls xmlns='" NS_TLS "'/>");
  return fake_server_proceed_with (self, proceed);
}

void
fake_server_proceed (FakeServer *self,
                     const char *behind)
{
  fake_server_expect (self, "<starttls xmlns='" NS_TLS "'/>");
  self->is_deaf = TRUE;
  fake_server_send (self, "<proceed xmlns='" NS_TLS "'/>%s", behind);
}

void
fake_server_secure (FakeServer *self)
{
  g_assert_true (fake_server_try_secure (self, ""));
}

/* -- SASL -- */

char *
fake_server_mechanisms (FakeServer *self)
{
  GString *xml = g_string_new ("<mechanisms xmlns='" NS_SASL "'>");
  g_auto (GStrv) names = g_strsplit (self->mechanisms, " ", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    g_string_append_printf (xml, "<mechanism>%s</mechanism>", names[i]);
  g_string_append (xml, "</mechanisms>");
  if (self->bindings != NULL) {
    g_auto (GStrv) types = g_strsplit (self->bindings, " ", -1);

    g_string_append (xml, "<sasl-channel-binding xmlns='" NS_SASL_CB "'>");
    for (gsize i = 0; types[i] != NULL; i++)
      g_string_append_printf (xml, "<channel-binding type='%s'/>", types[i]);
    g_string_append (xml, "</sasl-channel-binding>");
  }
  return g_string_free (xml, FALSE);
}

static char *
decode (const XmppNode *node)
{
  gsize length;
  g_autofree guchar *data = g_base64_decode (xmpp_node_get_text (node), &length);

  return g_strndup ((const char *) data, length);
}

static void
send_sasl (FakeServer *self,
           const char *name,
           const char *data)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) data, strlen (data));

  fake_server_send (self, "<%s xmlns='" NS_SASL "'>%s</%s>", name, encoded, name);
}

static gboolean
refuse (FakeServer *self)
{
  fake_server_send (self, "<failure xmlns='" NS_SASL "'><not-authorized/><text>The response provided by the client "
                          "doesn&apos;t match the one we calculated.</text></failure>");
  return FALSE;
}

static gboolean
authenticate_plain (FakeServer     *self,
                    const XmppNode *auth)
{
  gsize length;
  g_autofree guchar *data = g_base64_decode (xmpp_node_get_text (auth), &length);
  const char *user = memchr (data, '\0', length);
  const char *password = user != NULL ? user + 1 + strlen (user + 1) + 1 : NULL;

  g_assert_true (user == (const char *) data);
  if ((gsize) (password - user) + strlen (self->password) != length
      || memcmp (password, self->password, strlen (self->password)) != 0)
    return refuse (self);
  fake_server_send (self, "<success xmlns='" NS_SASL "'/>");
  return TRUE;
}

/* What the channel is bound to, seen from this end. */
static GBytes *
channel_binding (FakeServer *self,
                 const char *client_first)
{
  static const struct {
    const char             *prefix;
    GTlsChannelBindingType  type;
  } types[] = {
    { "p=tls-exporter,",         G_TLS_CHANNEL_BINDING_TLS_EXPORTER },
    { "p=tls-server-end-point,", G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT },
    { "p=tls-unique,",           G_TLS_CHANNEL_BINDING_TLS_UNIQUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GByteArray) data = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    if (!g_str_has_prefix (client_first, types[i].prefix))
      continue;
    g_tls_connection_get_channel_binding_data (G_TLS_CONNECTION (self->io), types[i].type, data, &error);
    g_assert_no_error (error);
    return g_byte_array_free_to_bytes (g_steal_pointer (&data));
  }
  return NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
append_names (GString    *offer,
              const char *names)
{
  g_auto (GStrv) parts = g_strsplit (names, " ", -1);
  g_autofree char *joined = NULL;

  qsort (parts, g_strv_length (parts), sizeof *parts, compare_names);
  joined = g_strjoinv ("\x1e", parts);
  g_string_append (offer, joined);
}

/* What is offered, or would be if nobody had taken something out of it on the way. */
static void
sign_offer (FakeServer      *self,
            FakeScramServer *scram)
{
  gboolean is_other = self->behaviour == FAKE_SCRAM_OTHER_OFFER;
  g_autofree char *names = g_strconcat (self->mechanisms, is_other ? " SCRAM-SHA-512-PLUS" : NULL, NULL);
  g_autoptr (GString) offer = g_string_new (NULL);

  if (self->behaviour != FAKE_SCRAM_SIGNED_OFFER && !is_other)
    return;
  append_names (offer, names);
  if (self->bindings != NULL) {
    g_string_append_c (offer, '\x1f');
    append_names (offer, self->bindings);
  }
  fake_scram_server_sign (scram, offer->str);
}

static gboolean
authenticate_scram (FakeServer     *self,
                    const XmppNode *auth)
{
  g_autofree char *client_first = decode (auth);
  g_autoptr (GBytes) binding = channel_binding (self, client_first);
  g_autoptr (FakeScramServer) scram =
      fake_scram_server_new (self->mechanism, self->password, binding, self->behaviour, self->iterations);
  g_autofree char *first = NULL;
  g_autofree char *client_final = NULL;
  g_autofree char *final = NULL;
  XmppNode *response;

  sign_offer (self, scram);
  first = fake_scram_server_first (scram, client_first);
  g_assert_nonnull (first);
  self->gs2 = g_strdup (fake_scram_server_gs2 (scram));
  g_assert_true (g_str_has_prefix (self->gs2, "p=") == g_str_has_suffix (self->mechanism, "-PLUS"));
  if (self->behaviour == FAKE_SCRAM_EARLY_SUCCESS) {
    fake_server_send (self, "<success xmlns='" NS_SASL "'/>");
    return FALSE;
  }
  send_sasl (self, "challenge", first);
  if (self->behaviour >= FAKE_SCRAM_FOREIGN_NONCE || self->iterations < 4096 || self->iterations > 1000000)
    return FALSE;

  response = fake_server_expect (self, "<response xmlns='" NS_SASL "'/>");
  client_final = decode (response);
  final = fake_scram_server_final (scram, client_final);
  if (final == NULL)
    return refuse (self);
  if (self->behaviour == FAKE_SCRAM_LAST_CHALLENGE) {
    send_sasl (self, "challenge", final);
    fake_server_expect (self, "<response xmlns='" NS_SASL "'/>");
    final[0] = '\0';
  } else if (self->behaviour == FAKE_SCRAM_NO_PROOF) {
    final[0] = '\0';
  }
  send_sasl (self, "success", final);
  return self->behaviour < FAKE_SCRAM_NO_PROOF;
}

gboolean
fake_server_authenticate (FakeServer *self)
{
  XmppNode *auth = fake_server_expect (self, "<auth xmlns='" NS_SASL "' mechanism='*'/>");
  g_auto (GStrv) names = g_strsplit (self->mechanisms, " ", -1);

  g_free (self->mechanism);
  g_clear_pointer (&self->gs2, g_free);
  self->mechanism = g_strdup (xmpp_node_get (auth, "mechanism"));
  g_assert_true (g_strv_contains ((const char *const *) names, self->mechanism));
  if (g_str_equal (self->mechanism, "PLAIN"))
    return authenticate_plain (self, auth);
  return authenticate_scram (self, auth);
}

const char *
fake_server_get_mechanism (FakeServer *self)
{
  return self->mechanism;
}

const char *
fake_server_get_gs2 (FakeServer *self)
{
  return self->gs2;
}

const char *
fake_server_get_clear (FakeServer *self)
{
  return self->clear->str;
}

/* -- binding, and all in one go -- */

void
fake_server_bind (FakeServer *self,
                  const char *jid)
{
  XmppNode *iq = fake_server_expect (self, "<iq type='set' id='*'><bind xmlns='" NS_BIND "'/></iq>");
  g_autofree char *payload = g_markup_printf_escaped ("<bind xmlns='" NS_BIND "'><jid>%s</jid></bind>", jid);

  fake_server_reply (self, iq, payload);
  g_free (self->jid);
  self->jid = g_strdup (jid);
}

static void
sign_in (FakeServer *self)
{
  g_autofree char *mechanisms = NULL;
  g_autofree char *features = g_strconcat (self->features, "<bind xmlns='" NS_BIND "'><required/></bind><session xmlns='"
                                           NS_SESSION "'><optional/></session>", NULL);

  if (!self->is_secure) {
    fake_server_open (self, "<starttls xmlns='" NS_TLS "'><required/></starttls>");
    fake_server_secure (self);
  }
  mechanisms = fake_server_mechanisms (self);
  fake_server_open (self, mechanisms);
  g_assert_true (fake_server_authenticate (self));
  fake_server_open (self, features);
}

void
fake_server_login (FakeServer *self,
                   const char *jid)
{
  sign_in (self);
  fake_server_bind (self, jid);
}

/* -- stream management -- */

XmppNode *
fake_server_reopen (FakeServer *self)
{
  sign_in (self);
  return fake_server_expect (self, "<resume xmlns='" NS_SM "' previd='*' h='*'/>");
}

void
fake_server_manage (FakeServer *self,
                    const char *attributes)
{
  fake_server_find (self, "<enable xmlns='" NS_SM "' resume='true'/>");
  fake_server_send (self, "<enabled xmlns='" NS_SM "' %s/>", attributes);
}

void
fake_server_resume (FakeServer *self,
                    const char *previous,
                    guint32     h)
{
  g_autofree char *resumed = g_markup_printf_escaped ("<resumed xmlns='" NS_SM "' previd='%s' h='%u'/>", previous, h);

  self->handled = h;
  fake_server_send (self, "%s", resumed);
}

void
fake_server_ack (FakeServer *self)
{
  fake_settle ();
  fake_server_send (self, "<a xmlns='" NS_SM "' h='%u'/>", self->handled);
}

guint32
fake_server_get_handled (FakeServer *self)
{
  return self->handled;
}

/* -- what a client asks before its first presence -- */

static void
answer_disco (FakeServer *self,
              const char *to)
{
  g_autofree char *pattern = g_strdup_printf ("<iq type='get' to='%s'><query xmlns='" NS_DISCO "'/></iq>", to);
  g_auto (GStrv) abilities = g_strsplit (self->abilities, " ", -1);
  g_autoptr (GString) answer = g_string_new ("<query xmlns='" NS_DISCO "'>");

  for (guint i = 0; abilities[i] != NULL; i++)
    if (*abilities[i] != '\0')
      g_string_append_printf (answer, "<feature var='%s'/>", abilities[i]);
  g_string_append (answer, "</query>");
  fake_server_reply (self, fake_server_find (self, pattern), answer->str);
}

void
fake_server_answer_disco (FakeServer *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (self->jid, NULL);

  answer_disco (self, self->domain);
  answer_disco (self, xmpp_jid_get_text (xmpp_jid_get_bare (jid)));
}

void
fake_server_welcome (FakeServer *self,
                     const char *roster)
{
  fake_server_reply (self, fake_server_find (self, "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>"), roster);
  fake_server_answer_disco (self);
}
