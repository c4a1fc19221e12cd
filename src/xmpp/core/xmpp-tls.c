/* TLS on top of a connection: who must be at the other end, and what binds a login to this very channel. */

#include "xmpp-tls.h"

#include "xmpp-error.h"

/* The port in a server's identity is not looked at; any will do. */
#define IDENTITY_PORT 5222

/* The one certificate to trust. What the handshake asks lies in data of its own that never changes: it may do so in a
 * thread of its own. */
typedef struct {
  char                 *sha256;   /* (owned, nullable) NULL: those that authorities vouch for */
  GTlsCertificateFlags  errors;
} Pin;

typedef struct {
  GTlsConnection  *tls;           /* (owned) */
  char            *domain;        /* (owned) A-label form */
  Pin             *pin;           /* (owned) */
  XmppCertificate *certificate;   /* (owned, nullable) what was shown, once the handshake is over */
} Handshake;

static Pin *
pin_new (const XmppLogin *login)
{
  Pin *pin = g_new0 (Pin, 1);

  pin->sha256 = g_strdup (login->pin);
  pin->errors = login->pin_errors;
  return pin;
}

static void
pin_free (Pin *pin)
{
  g_free (pin->sha256);
  g_free (pin);
}

static void
pin_closure_free (gpointer  data,
                  GClosure *closure)
{
  pin_free (data);
}

static void
handshake_free (Handshake *handshake)
{
  g_clear_object (&handshake->tls);
  g_clear_pointer (&handshake->pin, pin_free);
  g_clear_pointer (&handshake->certificate, xmpp_certificate_unref);
  g_free (handshake->domain);
  g_free (handshake);
}

static gboolean
pin_accept_cb (GObject              *connection,
               GTlsCertificate      *peer,
               GTlsCertificateFlags  errors,
               gpointer              user_data)
{
  const Pin *pin = user_data;
  g_autoptr (XmppCertificate) certificate = xmpp_certificate_new (peer, errors, NULL);

  return xmpp_certificate_may_be_trusted (certificate, pin->sha256, pin->errors);
}

/* -- the handshake, in the order of its steps -- */

static GTlsConnection *
handshake_prepare (GIOStream       *base,
                   const XmppLogin *login,
                   const char      *domain,
                   gboolean         direct,
                   GError         **error)
{
  static const char *const alpn[] = { "xmpp-client", NULL };
  g_autoptr (GSocketConnectable) identity = g_network_address_new (domain, IDENTITY_PORT);
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (base, identity, error);

  if (tls == NULL)
    return NULL;
  if (login->trust != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), login->trust);
  if (direct)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), alpn);
  xmpp_tls_watch_pin (G_OBJECT (tls), login);
  return G_TLS_CONNECTION (g_steal_pointer (&tls));
}

static GError *
handshake_explain (Handshake    *handshake,
                   const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return xmpp_tls_refuse (handshake->certificate, handshake->domain);
  return g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS: %s", error->message);
}

/* A handshake that succeeds has not proven enough: the system may still allow versions that are broken (RFC 8996), and
 * nobody was asked about a certificate that authorities vouch for but that is not the pinned one, nor when the session
 * of an earlier login was resumed, which may have trusted another. */
static void
handshake_done_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Handshake *handshake = g_task_get_task_data (task);
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  const Pin *pin = handshake->pin;
  gboolean is_done = g_tls_connection_handshake_finish (tls, result, &error);
  GTlsCertificate *peer = g_tls_connection_get_peer_certificate (tls);

  if (peer != NULL)
    handshake->certificate =
        xmpp_certificate_new (peer, g_tls_connection_get_peer_certificate_errors (tls), handshake->domain);
  if (!is_done) {
    g_task_return_error (task, handshake_explain (handshake, error));
  } else if (g_tls_connection_get_protocol_version (tls) < G_TLS_PROTOCOL_VERSION_TLS_1_2) {
    g_io_stream_close_async (G_IO_STREAM (tls), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS: %s wants an outdated version",
                             handshake->domain);
  } else if (peer == NULL || !xmpp_certificate_may_be_trusted (handshake->certificate, pin->sha256, pin->errors)) {
    g_io_stream_close_async (G_IO_STREAM (tls), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
    g_task_return_error (task, xmpp_tls_refuse (handshake->certificate, handshake->domain));
  } else {
    g_task_return_pointer (task, g_steal_pointer (&handshake->tls), g_object_unref);
  }
}

/* -- channel binding -- */

static gboolean
binding_try (GTlsConnection         *tls,
             const char             *name,
             GTlsChannelBindingType  type,
             XmppBinding            *binding)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  if (!g_tls_connection_get_channel_binding_data (tls, type, data, NULL) || data->len == 0)
    return FALSE;
  binding->name = name;
  binding->data = g_byte_array_free_to_bytes (g_steal_pointer (&data));
  return TRUE;
}

/* -- public -- */

/**
 * xmpp_tls_handshake_async:
 * @base: an open connection on which nobody reads or writes
 * @login: whose domain the certificate must prove, and by which authorities
 * @direct: whether this is TLS from the first byte: then ALPN says "xmpp-client" (XEP-0368)
 * @cancellable: (nullable): ends the handshake; whoever asks for it measures the time
 * @callback: called on the main loop
 * @user_data: for @callback
 *
 * Puts TLS on @base. The certificate must be valid for the account's domain, whatever host was connected to
 * (RFC 6120 §13.7.2), or be the one that the user has pinned: see xmpp_certificate_may_be_trusted(). After a handshake
 * that fails nothing else has been sent, and nothing else must be.
 */
void
xmpp_tls_handshake_async (GIOStream           *base,
                          const XmppLogin     *login,
                          gboolean             direct,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (base, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  Handshake *handshake = g_new0 (Handshake, 1);

  g_task_set_source_tag (task, xmpp_tls_handshake_async);
  g_task_set_task_data (task, handshake, (GDestroyNotify) handshake_free);
  handshake->pin = pin_new (login);
  handshake->domain = xmpp_jid_ascii_domain (login->jid);
  handshake->tls = handshake_prepare (base, login, handshake->domain, direct, &error);
  if (handshake->tls == NULL) {
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS: %s", error->message);
    return;
  }
  g_tls_connection_handshake_async (handshake->tls, G_PRIORITY_DEFAULT, cancellable, handshake_done_cb,
                                    g_steal_pointer (&task));
}

/**
 * xmpp_tls_handshake_finish:
 * @result: what the callback was given
 * @connection: (nullable): on success, where to note what protects it now
 * @error: %XMPP_CONNECT_ERROR_TLS, %XMPP_CONNECT_ERROR_CERTIFICATE with the certificate, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the secured connection, or %NULL
 */
GTlsConnection *
xmpp_tls_handshake_finish (GAsyncResult   *result,
                           XmppConnection *connection,
                           GError        **error)
{
  Handshake *handshake = g_task_get_task_data (G_TASK (result));
  GTlsConnection *tls = g_task_propagate_pointer (G_TASK (result), error);

  if (tls != NULL && connection != NULL) {
    g_autofree char *cipher = g_tls_connection_get_ciphersuite_name (tls);

    xmpp_connection_set_tls (connection, g_tls_connection_get_protocol_version (tls), cipher, handshake->certificate,
                             handshake->pin->sha256 != NULL);
  }
  return tls;
}

/**
 * xmpp_tls_watch_pin:
 * @connection: something that emits "accept-certificate" as a #GTlsConnection does: that, or a message of libsoup's
 * @login: whose pin counts
 *
 * Lets a handshake go on when authorities do not vouch for the certificate but the user has pinned it. That is half of
 * the decision; the other half is to ask xmpp_certificate_may_be_trusted() when the handshake is over.
 */
void
xmpp_tls_watch_pin (GObject         *connection,
                    const XmppLogin *login)
{
  if (login->pin != NULL)
    g_signal_connect_data (connection, "accept-certificate", G_CALLBACK (pin_accept_cb), pin_new (login),
                           pin_closure_free, G_CONNECT_DEFAULT);
}

/**
 * xmpp_tls_refuse:
 * @certificate: (nullable): what was shown and is not trusted; %NULL: nothing that could be kept
 * @name: whom it had to prove, in A-label form
 *
 * Returns: (transfer full): %XMPP_CONNECT_ERROR_CERTIFICATE, carrying @certificate
 */
GError *
xmpp_tls_refuse (XmppCertificate *certificate,
                 const char      *name)
{
  g_autofree char *wrong = NULL;
  g_autofree char *message = NULL;

  if (certificate == NULL)
    return g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "Certificate: %s has shown none", name);
  if (certificate->errors == G_TLS_CERTIFICATE_NO_FLAGS) {
    message = g_strdup_printf ("Certificate: %s does not show the one that was pinned", name);
  } else {
    wrong = xmpp_tls_describe_flags (certificate->errors);
    message = g_strdup_printf ("Certificate: it does not prove that this is %s: %s", name, wrong);
  }
  return xmpp_error_new_certificate (certificate, message);
}

/**
 * xmpp_tls_describe_flags:
 * @flags: what is wrong with a certificate
 *
 * Returns: (transfer full): the same in untranslated words, separated by commas
 */
char *
xmpp_tls_describe_flags (GTlsCertificateFlags flags)
{
  static const struct {
    GTlsCertificateFlags flag;
    const char          *words;
  } words[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA,    "its issuer is not trusted" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY,  "it is for another name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED,       "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED,       "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE,      "its cryptography is too weak" },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if ((flags & words[i].flag) != 0)
      g_string_append_printf (text, "%s%s", text->len == 0 ? "" : ", ", words[i].words);
  }
  if (text->len == 0)
    g_string_append (text, "it could not be checked");
  return g_string_free (text, FALSE);
}

/**
 * xmpp_tls_get_binding:
 * @tls: the connection to bind to, after its handshake
 * @announced: (nullable): the types that the server lists (XEP-0440); %NULL if it has no list
 * @binding: (out caller-allocates): filled on success; clear it with xmpp_binding_clear()
 *
 * Finds a channel binding that works on this connection and that the server knows. A server without a list can only
 * be expected to know tls-unique (RFC 5929), which is safe up to TLS 1.2.
 *
 * Returns: whether there is one
 */
gboolean
xmpp_tls_get_binding (GTlsConnection *tls,
                      GStrv           announced,
                      XmppBinding    *binding)
{
  static const struct {
    const char             *name;
    GTlsChannelBindingType  type;
    gboolean                unlisted;   /* may be used with a server that has no list */
    GTlsProtocolVersion     newest;
  } types[] = {
    { "tls-exporter",         G_TLS_CHANNEL_BINDING_TLS_EXPORTER,         FALSE, G_TLS_PROTOCOL_VERSION_TLS_1_3 },
    { "tls-server-end-point", G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, FALSE, G_TLS_PROTOCOL_VERSION_TLS_1_3 },
    { "tls-unique",           G_TLS_CHANNEL_BINDING_TLS_UNIQUE,           TRUE,  G_TLS_PROTOCOL_VERSION_TLS_1_2 },
  };
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    gboolean known = announced != NULL ? g_strv_contains ((const char *const *) announced, types[i].name)
                                       : types[i].unlisted;

    if (known && version <= types[i].newest && binding_try (tls, types[i].name, types[i].type, binding))
      return TRUE;
  }
  return FALSE;
}

/**
 * xmpp_binding_clear:
 * @self: a binding, or one that was never filled but zeroed
 *
 * Frees what the binding owns.
 */
void
xmpp_binding_clear (XmppBinding *self)
{
  self->name = NULL;
  g_clear_pointer (&self->data, g_bytes_unref);
}
