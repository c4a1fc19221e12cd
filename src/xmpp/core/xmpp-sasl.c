/* SASL for XMPP (RFC 6120 §6): the conversation that signs in.
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
#include "xmpp-offer.h"

typedef enum {
  SASL_START,
  SASL_FIRST,
  SASL_FINAL,
  SASL_PROVEN,
} SaslState;

/* The pool holds a reference while it works, so the owner may free it meanwhile. */
struct _XmppSasl {
  XmppChoice   choice;
  SaslState    state;
  CryptoScram *scram;     /* (owned, nullable) NULL: PLAIN */
  char        *plain;     /* (owned, nullable) base64 of the PLAIN message */
};

static void
sasl_clear (gpointer data)
{
  XmppSasl *self = data;

  g_clear_pointer (&self->scram, crypto_scram_free);
  xmpp_binding_clear (&self->choice.binding);
  if (self->plain != NULL)
    explicit_bzero (self->plain, strlen (self->plain));
  g_free (self->plain);
}

static void
sasl_unref (XmppSasl *self)
{
  g_atomic_rc_box_release_full (self, sasl_clear);
}

/* -- preparing -- */

static void
sasl_prepare_scram (XmppSasl        *self,
                    const XmppLogin *login,
                    const XmppNode  *mechanisms,
                    const XmppNode  *bindings)
{
  const XmppChoice *choice = &self->choice;
  g_autofree char *offer = xmpp_offer_list (mechanisms, bindings);
  g_autofree char *header = choice->flag == 'p' ? g_strdup_printf ("p=%s,,", choice->binding.name)
                                                : g_strdup_printf ("%c,,", choice->flag);

  self->scram = crypto_scram_new (choice->hash, xmpp_jid_get_local (login->jid), login->password, header,
                                  choice->binding.data, NULL);
  crypto_scram_set_offer (self->scram, offer);
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
    [CRYPTO_SCRAM_ERROR_OFFER] = XMPP_AUTH_ERROR_TAMPERED,
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
  if (self->choice.must_confirm && !crypto_scram_is_offer_signed (self->scram)) {
    g_task_return_new_error (task, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE,
                             "Login: the server offers channel binding, but none that works on this connection");
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
 * Chooses what to sign in with, by xmpp_offer_choose().
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
  if (!xmpp_offer_choose (login, mechanisms, bindings, tls, &self->choice, error))
    return NULL;
  if (self->choice.is_plain)
    sasl_prepare_plain (self, login);
  else
    sasl_prepare_scram (self, login, mechanisms, bindings);
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
  xmpp_node_set (auth, "mechanism", self->choice.mechanism);
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
  return self->choice.mechanism;
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
  return self->choice.binding.name;
}

/**
 * xmpp_sasl_offers_no_binding:
 * @self: a conversation that has ended well
 *
 * Where the server offers channel binding that does not work here, somebody may have seen to it that it does not: by
 * another version of TLS, or a WebSocket. Its signature says nothing about that.
 *
 * Returns: whether the server has proven (XEP-0474) that it offers no channel binding: if it did before, it has taken
 *   that back itself, and nobody in between has
 */
gboolean
xmpp_sasl_offers_no_binding (XmppSasl *self)
{
  return self->scram != NULL && !self->choice.is_plus_offered && crypto_scram_is_offer_signed (self->scram);
}
