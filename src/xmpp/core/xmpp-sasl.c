/* SASL for XMPP (RFC 6120 §6): which mechanism may be used, and the conversation it holds.
 *
 *   SCRAM:  START ──<auth/>──▶ FIRST ──<challenge/>──▶ (PBKDF2 in the pool) ──<response/>──▶ FINAL
 *                                                                                              │
 *           FINAL ──<challenge/> with the proof──▶ PROVEN ──<success/>──▶ signed in            │
 *           FINAL ──<success/> with the proof─────────────────────────────▶ signed in ◀────────┘
 *   PLAIN:  START ──<auth/>──▶ PROVEN ──<success/>──▶ signed in     (the certificate is the server's proof)
 */

#include "xmpp-sasl.h"

#include <string.h>

#include "base-work.h"
#include "crypto-scram.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-tls.h"

typedef struct {
  const char      *name;
  CryptoScramHash  hash;
  gboolean         plus;   /* with channel binding */
} Mechanism;

/* By strength. Binding comes first: it is what an interceptor with a valid certificate cannot pass on. */
static const Mechanism scram_mechanisms[] = {
  { "SCRAM-SHA-512-PLUS", CRYPTO_SCRAM_SHA512, TRUE },
  { "SCRAM-SHA-256-PLUS", CRYPTO_SCRAM_SHA256, TRUE },
  { "SCRAM-SHA-1-PLUS",   CRYPTO_SCRAM_SHA1,   TRUE },
  { "SCRAM-SHA-512",      CRYPTO_SCRAM_SHA512, FALSE },
  { "SCRAM-SHA-256",      CRYPTO_SCRAM_SHA256, FALSE },
  { "SCRAM-SHA-1",        CRYPTO_SCRAM_SHA1,   FALSE },
};

typedef enum {
  SASL_START,
  SASL_FIRST,
  SASL_FINAL,
  SASL_PROVEN,
} SaslState;

/* The pool holds a reference while it works, so the owner may free it meanwhile. */
struct _XmppSasl {
  const char  *mechanism;
  SaslState    state;
  CryptoScram *scram;     /* (owned, nullable) NULL: PLAIN */
  XmppBinding  binding;   /* name NULL: none */
  char        *plain;     /* (owned, nullable) base64 of the PLAIN message */
};

static void
sasl_clear (gpointer data)
{
  XmppSasl *self = data;

  g_clear_pointer (&self->scram, crypto_scram_free);
  xmpp_binding_clear (&self->binding);
  if (self->plain != NULL)
    explicit_bzero (self->plain, strlen (self->plain));
  g_free (self->plain);
}

static void
sasl_unref (XmppSasl *self)
{
  g_atomic_rc_box_release_full (self, sasl_clear);
}

/* -- choosing -- */

static gboolean
is_offered (const XmppNode *mechanisms,
            const char     *name)
{
  for (const XmppNode *node = xmpp_node_find (mechanisms, "mechanism", NS_SASL); node != NULL;
       node = xmpp_node_find_next (node, "mechanism", NS_SASL)) {
    if (g_str_equal (xmpp_node_get_text (node), name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_any_scram_offered (const XmppNode *mechanisms,
                      const char     *suffix)
{
  for (const XmppNode *node = xmpp_node_find (mechanisms, "mechanism", NS_SASL); node != NULL;
       node = xmpp_node_find_next (node, "mechanism", NS_SASL)) {
    if (g_str_has_prefix (xmpp_node_get_text (node), "SCRAM-") && g_str_has_suffix (xmpp_node_get_text (node), suffix))
      return TRUE;
  }
  return FALSE;
}

static GStrv
announced_bindings (const XmppNode *bindings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const XmppNode *node = xmpp_node_find (bindings, "channel-binding", NS_SASL_CB); node != NULL;
       node = xmpp_node_find_next (node, "channel-binding", NS_SASL_CB)) {
    if (xmpp_node_get (node, "type") != NULL)
      g_strv_builder_add (builder, xmpp_node_get (node, "type"));
  }
  return g_strv_builder_end (builder);
}

static const Mechanism *
choose_scram (const XmppNode *mechanisms,
              gboolean        may_bind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scram_mechanisms); i++) {
    if ((may_bind || !scram_mechanisms[i].plus) && is_offered (mechanisms, scram_mechanisms[i].name))
      return &scram_mechanisms[i];
  }
  return NULL;
}

/* RFC 5802 §6's flag. "y" says: I could bind, but you do not offer it. If the server does offer it, but without a list
 * and none that works here, only "n" lets us in. */
static char *
gs2_header (XmppSasl       *self,
            const XmppNode *mechanisms,
            GTlsConnection *tls)
{
  if (self->binding.name != NULL)
    return g_strdup_printf ("p=%s,,", self->binding.name);
  return g_strdup (tls != NULL && !is_any_scram_offered (mechanisms, "-PLUS") ? "y,," : "n,,");
}

/* XEP-0440 §3: a server that lists binding types means them; if none of them works, somebody may be in between. */
static gboolean
sasl_bind_channel (XmppSasl        *self,
                   const XmppNode  *mechanisms,
                   const XmppNode  *bindings,
                   GTlsConnection  *tls,
                   GError         **error)
{
  g_auto (GStrv) announced = bindings != NULL ? announced_bindings (bindings) : NULL;

  if (tls == NULL || choose_scram (mechanisms, TRUE) == choose_scram (mechanisms, FALSE)
      || xmpp_tls_get_binding (tls, announced, &self->binding) || announced == NULL)
    return TRUE;
  g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE,
               "Login: the server offers channel binding, but none that works on this connection");
  return FALSE;
}

static gboolean
sasl_prepare_scram (XmppSasl         *self,
                    const XmppLogin  *login,
                    const XmppNode   *mechanisms,
                    const XmppNode   *bindings,
                    GTlsConnection   *tls,
                    GError          **error)
{
  const Mechanism *mechanism;
  g_autofree char *nonce = crypto_scram_make_nonce ();
  g_autofree char *header = NULL;

  if (!sasl_bind_channel (self, mechanisms, bindings, tls, error))
    return FALSE;
  mechanism = choose_scram (mechanisms, self->binding.name != NULL);
  if (mechanism == NULL) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_MECHANISM,
                 "Login: the server offers no way to sign in that works here");
    return FALSE;
  }
  header = gs2_header (self, mechanisms, tls);
  self->mechanism = mechanism->name;
  self->scram = crypto_scram_new (mechanism->hash, xmpp_jid_get_local (login->jid), login->password, header,
                                  self->binding.data, nonce);
  return TRUE;
}

/* RFC 4616: no authorization identity, NUL, user, NUL, password. */
static void
sasl_prepare_plain (XmppSasl        *self,
                    const XmppLogin *login)
{
  const char *user = xmpp_jid_get_local (login->jid);
  gsize length = strlen (user) + strlen (login->password) + 2;
  g_autofree char *message = g_malloc0 (length + 1);

  g_strlcpy (message + 1, user, length);
  g_strlcpy (message + 2 + strlen (user), login->password, length);
  self->mechanism = "PLAIN";
  self->plain = g_base64_encode ((const guchar *) message, length);
  explicit_bzero (message, length);
}

/* -- conversing -- */

static XmppNode *
sasl_node (const char *name,
           const char *data)
{
  XmppNode *node = xmpp_node_new (name, NS_SASL);

  if (data != NULL) {
    g_autofree char *encoded = g_base64_encode ((const guchar *) data, strlen (data));

    xmpp_node_append_text (node, encoded, -1);
  }
  return node;
}

/* The data of a <challenge/> or <success/>; "=" stands for data of no length (RFC 6120 §6.4.2). */
static char *
sasl_decode (const XmppNode  *node,
             GError         **error)
{
  const char *text = xmpp_node_get_text (node);
  g_autofree guchar *data = NULL;
  gsize length = 0;

  if (text[0] == '\0' || g_str_equal (text, "="))
    return g_strdup ("");
  data = g_base64_decode (text, &length);
  if (length == 0 || !g_utf8_validate ((const char *) data, (gssize) length, NULL)) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_INCORRECT_ENCODING,
                 "Login: what the server sent cannot be decoded");
    return NULL;
  }
  return g_strndup ((const char *) data, length);
}

/* SCRAM's own errors in the words of SASL. */
static GError *
sasl_error_from_scram (const GError *error)
{
  static const XmppAuthError codes[] = {
    [CRYPTO_SCRAM_ERROR_BAD_MESSAGE] = XMPP_AUTH_ERROR_MALFORMED_REQUEST,
    [CRYPTO_SCRAM_ERROR_BAD_NONCE] = XMPP_AUTH_ERROR_SERVER_UNPROVEN,
    [CRYPTO_SCRAM_ERROR_ITERATIONS] = XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK,
    [CRYPTO_SCRAM_ERROR_EXTENSION] = XMPP_AUTH_ERROR_MALFORMED_REQUEST,
    [CRYPTO_SCRAM_ERROR_REJECTED] = XMPP_AUTH_ERROR_NOT_AUTHORIZED,
    [CRYPTO_SCRAM_ERROR_SIGNATURE] = XMPP_AUTH_ERROR_SERVER_UNPROVEN,
    [CRYPTO_SCRAM_ERROR_PASSWORD] = XMPP_AUTH_ERROR_INCORRECT_ENCODING,
  };

  if (error->domain != CRYPTO_SCRAM_ERROR)
    return g_error_copy (error);
  return g_error_new (XMPP_AUTH_ERROR, codes[error->code], "Login: %s", error->message);
}

static GBytes *
sasl_salt_in_pool (gpointer   data,
                   GError   **error)
{
  XmppSasl *self = data;

  return crypto_scram_salt (self->scram, error);
}

static void
sasl_salted_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  XmppSasl *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) salted = base_work_finish (result, &error);
  g_autofree char *message = NULL;

  if (salted == NULL) {
    g_task_return_error (task, sasl_error_from_scram (error));
    return;
  }
  message = crypto_scram_client_final (self->scram, salted);
  self->state = SASL_FINAL;
  g_task_return_pointer (task, sasl_node ("response", message), (GDestroyNotify) xmpp_node_free);
}

static void
sasl_take_first (GTask      *task,
                 const char *message)
{
  XmppSasl *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!crypto_scram_server_first (self->scram, message, &error)) {
    g_task_return_error (task, sasl_error_from_scram (error));
    return;
  }
  base_work_async (sasl_salt_in_pool, g_atomic_rc_box_acquire (self), (GDestroyNotify) sasl_unref,
                   g_task_get_cancellable (task), sasl_salted_cb, g_object_ref (task));
}

static void
sasl_take_final (GTask      *task,
                 const char *message,
                 gboolean    success)
{
  XmppSasl *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!crypto_scram_server_final (self->scram, message, &error)) {
    g_task_return_error (task, sasl_error_from_scram (error));
    return;
  }
  self->state = SASL_PROVEN;
  g_task_return_pointer (task, success ? NULL : sasl_node ("response", NULL), (GDestroyNotify) xmpp_node_free);
}

static void
sasl_take_challenge (GTask          *task,
                     const XmppNode *node)
{
  XmppSasl *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = sasl_decode (node, &error);

  if (message == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->state == SASL_FIRST)
    sasl_take_first (task, message);
  else if (self->state == SASL_FINAL)
    sasl_take_final (task, message, FALSE);
  else
    g_task_return_new_error (task, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_MALFORMED_REQUEST,
                             "Login: the server asks when all is said");
}

static void
sasl_take_success (GTask          *task,
                   const XmppNode *node)
{
  XmppSasl *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (self->state == SASL_PROVEN) {
    g_task_return_pointer (task, NULL, NULL);
    return;
  }
  message = sasl_decode (node, &error);
  if (message == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->state == SASL_FINAL && message[0] != '\0')
    sasl_take_final (task, message, TRUE);
  else
    g_task_return_new_error (task, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_SERVER_UNPROVEN,
                             "Login: the server did not prove that it knows the password");
}

static void
sasl_take_failure (GTask          *task,
                   const XmppNode *node)
{
  GError *error = xmpp_error_from_failure (node);

  g_prefix_error (&error, "Login: ");
  g_task_return_error (task, error);
}

/* -- public -- */

/**
 * xmpp_sasl_new:
 * @login: who signs in
 * @mechanisms: what the server offers, the stream feature
 * @bindings: (nullable): the channel bindings that it lists, XEP-0440's stream feature
 * @tls: (nullable): the connection that a login can be bound to
 * @is_secure: whether the other end is proven and the bytes are private
 * @error: %XMPP_AUTH_ERROR_NO_PASSWORD, NO_MECHANISM, DOWNGRADE, ENCRYPTION_REQUIRED or MALFORMED_REQUEST
 *
 * Chooses the strongest mechanism: SCRAM with channel binding, then without. PLAIN only where the server offers no
 * SCRAM at all and this account was never seen with it.
 *
 * Returns: (transfer full): a conversation to begin with xmpp_sasl_start(), or %NULL
 */
XmppSasl *
xmpp_sasl_new (const XmppLogin  *login,
               const XmppNode   *mechanisms,
               const XmppNode   *bindings,
               GTlsConnection   *tls,
               gboolean          is_secure,
               GError          **error)
{
  g_autoptr (XmppSasl) self = g_atomic_rc_box_new0 (XmppSasl);
  gboolean plain = !is_any_scram_offered (mechanisms, "") && is_offered (mechanisms, "PLAIN");

  if (!is_secure) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED, "Login: the connection is not secure");
    return NULL;
  }
  if (xmpp_jid_get_local (login->jid) == NULL) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_MALFORMED_REQUEST, "Login: the address names no user");
    return NULL;
  }
  if (login->password == NULL || login->password[0] == '\0') {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, "Login: there is no password");
    return NULL;
  }
  if (plain && login->scram_seen) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE,
                 "Login: the server wants the bare password, which this account has never needed before");
    return NULL;
  }
  if (plain)
    sasl_prepare_plain (self, login);
  else if (!sasl_prepare_scram (self, login, mechanisms, bindings, tls, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * xmpp_sasl_free:
 * @self: (transfer full): a conversation, at any point of it
 */
void
xmpp_sasl_free (XmppSasl *self)
{
  sasl_unref (self);
}

/**
 * xmpp_sasl_start:
 * @self: a new conversation
 *
 * Returns: (transfer full): the <auth/> to send
 */
XmppNode *
xmpp_sasl_start (XmppSasl *self)
{
  XmppNode *auth;

  if (self->scram != NULL) {
    g_autofree char *message = crypto_scram_client_first (self->scram);

    auth = sasl_node ("auth", message);
    self->state = SASL_FIRST;
  } else {
    auth = sasl_node ("auth", NULL);
    xmpp_node_append_text (auth, self->plain, -1);
    self->state = SASL_PROVEN;
  }
  xmpp_node_set (auth, "mechanism", self->mechanism);
  return auth;
}

/**
 * xmpp_sasl_step_async:
 * @self: a conversation that was started
 * @node: the server's <challenge/>, <success/> or <failure/>
 * @cancellable: (nullable): ends the step
 * @callback: called on the main loop, later
 * @user_data: for @callback
 *
 * Takes the server's next word. Deriving the key from the password takes time that the server chooses, so it is done
 * in the pool.
 */
void
xmpp_sasl_step_async (XmppSasl            *self,
                      const XmppNode      *node,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_sasl_step_async);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (self), (GDestroyNotify) sasl_unref);
  if (xmpp_node_is (node, "challenge", NS_SASL))
    sasl_take_challenge (task, node);
  else if (xmpp_node_is (node, "success", NS_SASL))
    sasl_take_success (task, node);
  else
    sasl_take_failure (task, node);
}

/**
 * xmpp_sasl_step_finish:
 * @self: the conversation
 * @result: what the callback was given
 * @answer: (out) (transfer full) (nullable): what to send; %NULL on success: signed in
 * @error: %XMPP_AUTH_ERROR, the server's or our own, or %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the conversation goes well
 */
gboolean
xmpp_sasl_step_finish (XmppSasl      *self,
                       GAsyncResult  *result,
                       XmppNode     **answer,
                       GError       **error)
{
  g_autoptr (GError) local_error = NULL;

  *answer = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  return TRUE;
}

/**
 * xmpp_sasl_get_mechanism:
 * @self: a conversation
 *
 * Returns: the mechanism's name, such as "SCRAM-SHA-256-PLUS"
 */
const char *
xmpp_sasl_get_mechanism (XmppSasl *self)
{
  return self->mechanism;
}

/**
 * xmpp_sasl_get_binding:
 * @self: a conversation
 *
 * Returns: (nullable): the channel binding's name, such as "tls-exporter"
 */
const char *
xmpp_sasl_get_binding (XmppSasl *self)
{
  return self->binding.name;
}
