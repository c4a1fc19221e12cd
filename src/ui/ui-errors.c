/* Errors and states as sentences that say what to do: the only file that turns a GError into words for people.
 *
 * One table for each error domain, in the order of its codes. {server}, {address} and {name} stand for whom it is
 * about: they are replaced after translation, so that no text from outside is ever a format.
 */
#include "ui-errors.h"

#include <glib/gi18n.h>

#include "chat-message.h"
#include "store.h"
#include "xmpp-error.h"

static const char *const connect_sentences[] = {
  [XMPP_CONNECT_ERROR_LOOKUP] = N_("The name {server} could not be looked up. Check your network connection."),
  [XMPP_CONNECT_ERROR_NAME_UNKNOWN] =
      N_("There is no server called {server}. Check the part of the address after the @."),
  [XMPP_CONNECT_ERROR_NO_SERVICE] = N_("No chat service is offered at {server}. Check the address."),
  [XMPP_CONNECT_ERROR_UNREACHABLE] =
      N_("The server {server} cannot be reached. Check your network connection, or try again later."),
  [XMPP_CONNECT_ERROR_PROXY] =
      N_("The proxy did not let the connection through. Check the proxy in the system settings."),
  [XMPP_CONNECT_ERROR_NO_TLS] =
      N_("The server {server} offers no encryption, so nothing was sent. Tell whoever runs the server."),
  [XMPP_CONNECT_ERROR_TLS] =
      N_("No encrypted connection to {server} could be made. Check server, port and security in the connection "
         "options."),
  [XMPP_CONNECT_ERROR_CERTIFICATE] =
      N_("The server could not prove that it is {server}, so nothing was sent: someone may be listening in. Try "
         "another network, or tell whoever runs the server."),
  [XMPP_CONNECT_ERROR_TIMEOUT] = N_("The server {server} took too long to answer. Try again in a while."),
  [XMPP_CONNECT_ERROR_CLOSED] = N_("The connection to {server} was lost. Check your network connection."),
  [XMPP_CONNECT_ERROR_NOT_XMPP] = N_("What answers at {server} is not a chat server. Check server and port."),
};

static const char *const auth_sentences[] = {
  [XMPP_AUTH_ERROR_ABORTED] = N_("Signing in was broken off. Try again."),
  [XMPP_AUTH_ERROR_ACCOUNT_DISABLED] =
      N_("The server has disabled {address}. Ask whoever runs the server to enable it."),
  [XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED] =
      N_("The password of {address} has expired. Get a new one from whoever runs the server, and type it here."),
  [XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED] =
      N_("The server {server} wants more encryption than could be agreed on. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_INCORRECT_ENCODING] =
      N_("The server {server} could not read what was sent. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_INVALID_AUTHZID] =
      N_("The server does not let you act as {address}. Check the part of the address before the @."),
  [XMPP_AUTH_ERROR_INVALID_MECHANISM] =
      N_("The server {server} refused a way of signing in that it offered. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_MALFORMED_REQUEST] =
      N_("The server {server} did not understand the sign-in. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK] =
      N_("The server {server} wants a safer way of signing in than it offers. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_NOT_AUTHORIZED] = N_("Address or password is wrong. Type the password of {address} again."),
  [XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE] =
      N_("The server {server} cannot check passwords at the moment. Try again in a while."),
  [XMPP_AUTH_ERROR_NO_MECHANISM] =
      N_("The server {server} offers no safe way of signing in with a password. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_DOWNGRADE] =
      N_("The server {server} offers only weaker ways of signing in than before, so the password was not sent: "
         "someone may be listening in. Try another network, or tell whoever runs the server."),
  [XMPP_AUTH_ERROR_SERVER_UNPROVEN] =
      N_("The server {server} could not prove that it knows your password, so it was not trusted. Try another network, "
         "or tell whoever runs the server."),
  [XMPP_AUTH_ERROR_OTHER_ACCOUNT] =
      N_("The server {server} signed you in under another address. Check the address, or tell whoever runs the "
         "server."),
  [XMPP_AUTH_ERROR_NO_PASSWORD] = N_("No password is kept for {address}. Type it to go online."),
};

static const char *const stream_sentences[] = {
  [XMPP_STREAM_ERROR_BAD_FORMAT] = N_("The server {server} hung up: it could not read what was sent. Try again."),
  [XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX] =
      N_("The server {server} hung up over a namespace prefix. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_CONFLICT] =
      N_("Another device has signed in to {address} under this device's name. Give each its own in the connection "
         "options."),
  [XMPP_STREAM_ERROR_CONNECTION_TIMEOUT] =
      N_("The server {server} had not heard from this device for too long. Check your network connection."),
  [XMPP_STREAM_ERROR_HOST_GONE] = N_("The server no longer serves {server}. Ask whoever runs it where it went."),
  [XMPP_STREAM_ERROR_HOST_UNKNOWN] =
      N_("The server does not serve {server}. Check the address, and the server in the connection options."),
  [XMPP_STREAM_ERROR_IMPROPER_ADDRESSING] =
      N_("The server {server} hung up over an address. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR] = N_("Something went wrong inside {server}. Try again in a while."),
  [XMPP_STREAM_ERROR_INVALID_FROM] =
      N_("The server {server} did not accept the sender's address. Check the address you sign in with."),
  [XMPP_STREAM_ERROR_INVALID_NAMESPACE] =
      N_("The server {server} speaks another protocol than XMPP. Check server and port."),
  [XMPP_STREAM_ERROR_INVALID_XML] =
      N_("The server {server} hung up over an element that it does not allow. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_NOT_AUTHORIZED] =
      N_("The server {server} hung up because you were not signed in. Try again."),
  [XMPP_STREAM_ERROR_NOT_WELL_FORMED] =
      N_("What came from {server} was broken on its way. Try again, or try another network."),
  [XMPP_STREAM_ERROR_POLICY_VIOLATION] =
      N_("The server {server} hung up because something broke its rules: too much at once, perhaps. Try again in a "
         "while."),
  [XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED] =
      N_("The server {server} cannot reach another one that it needs. Try again in a while."),
  [XMPP_STREAM_ERROR_RESET] = N_("The server {server} wants you to sign in anew. Try again."),
  [XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT] = N_("The server {server} is too busy. Try again in a while."),
  [XMPP_STREAM_ERROR_RESTRICTED_XML] =
      N_("What came from {server} is forbidden in XMPP, so the connection was closed. Tell whoever runs the server."),
  [XMPP_STREAM_ERROR_SEE_OTHER_HOST] =
      N_("The server {server} sends you to another one. Ask whoever runs it, and name that one in the connection "
         "options."),
  [XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN] = N_("The server {server} is being shut down. Try again in a while."),
  [XMPP_STREAM_ERROR_UNDEFINED_CONDITION] =
      N_("The server {server} hung up without saying why in words that Linnet knows. Try again in a while."),
  [XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING] =
      N_("What came from {server} was not in UTF-8. Tell whoever runs the server."),
  [XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE] =
      N_("The server {server} asks for something that Linnet cannot do. Tell whoever runs the server."),
  [XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE] =
      N_("The server {server} hung up over a stanza that it does not know. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_UNSUPPORTED_VERSION] =
      N_("The server {server} speaks a version of XMPP that is too old. Tell whoever runs the server."),
};

/* What a server answered to a question of ours. */
static const char *const stanza_sentences[] = {
  [XMPP_STANZA_ERROR_BAD_REQUEST] = N_("The server did not understand the request. Report this as a fault in Linnet."),
  [XMPP_STANZA_ERROR_CONFLICT] =
      N_("Another device is online under this device's name. Give each its own in the connection options."),
  [XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] = N_("The server cannot do this. Ask whoever runs it."),
  [XMPP_STANZA_ERROR_FORBIDDEN] = N_("You are not permitted to do this. Ask whoever runs the server."),
  [XMPP_STANZA_ERROR_GONE] = N_("This address is no longer in use. Ask for the new one."),
  [XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR] = N_("Something went wrong inside the server. Try again in a while."),
  [XMPP_STANZA_ERROR_ITEM_NOT_FOUND] = N_("The server does not know what was asked for. Check the address."),
  [XMPP_STANZA_ERROR_JID_MALFORMED] = N_("The server takes this for no address. Check how it is written."),
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = N_("The server did not accept the request as it was. Change it and try again."),
  [XMPP_STANZA_ERROR_NOT_ALLOWED] = N_("The server allows nobody to do this. Ask whoever runs it."),
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] = N_("The server wants a password or a permission for this. Sign in again."),
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] = N_("This breaks a rule of the server. Ask whoever runs it which."),
  [XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE] = N_("Nobody is there at the moment. Try again later."),
  [XMPP_STANZA_ERROR_REDIRECT] = N_("Whoever was meant can be found at another address. Ask for it."),
  [XMPP_STANZA_ERROR_REGISTRATION_REQUIRED] = N_("You have to be a member for this. Register first."),
  [XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND] =
      N_("There is no such server. Check the part of the address after the @."),
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = N_("The other server does not answer. Try again in a while."),
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] =
      N_("The server is too busy, or this account is on too many devices at once. Sign out elsewhere, or try again in "
         "a while."),
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] = N_("This service is not offered there. Check the address."),
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = N_("Only contacts may do this. Ask to become one first."),
  [XMPP_STANZA_ERROR_UNDEFINED_CONDITION] = N_("The server refused without saying why. Try again in a while."),
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] = N_("The server did not expect this now. Try again in a while."),
};

/* Why a line came back; what is not here is told by the general sentence. */
static const char *const message_sentences[] = {
  [XMPP_STANZA_ERROR_FORBIDDEN] = N_("You are not permitted to write to {name}."),
  [XMPP_STANZA_ERROR_GONE] = N_("{name} has left this address. Ask for the new one."),
  [XMPP_STANZA_ERROR_ITEM_NOT_FOUND] = N_("{name} does not exist on the server. Check the address."),
  [XMPP_STANZA_ERROR_JID_MALFORMED] = N_("The address of {name} is not valid. Check how it is written."),
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = N_("{name} does not take messages from you. You may have to be a contact."),
  [XMPP_STANZA_ERROR_NOT_ALLOWED] = N_("The server does not allow messages to {name}."),
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] = N_("The server wants you to sign in before you write to {name}."),
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] =
      N_("A server refused this message to {name}: it broke a rule, by its length perhaps. Shorten it and try again."),
  [XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE] = N_("{name} is not there, and the server keeps no messages."),
  [XMPP_STANZA_ERROR_REDIRECT] = N_("{name} has moved to another address. Ask for it."),
  [XMPP_STANZA_ERROR_REGISTRATION_REQUIRED] = N_("You have to be a member to write to {name}."),
  [XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND] =
      N_("The server of {name} was not found. Check the part of the address after the @."),
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = N_("The server of {name} does not answer. Try again in a while."),
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] = N_("There is no room left for messages to {name}. Try again in a while."),
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] =
      N_("This message did not reach {name}: nobody by that address takes messages. Check it."),
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = N_("{name} takes messages from contacts only."),
};

static const char *const store_sentences[] = {
  [STORE_ERROR_FAILED] = N_("Your messages could not be read or stored. Start Linnet again."),
  [STORE_ERROR_FULL] = N_("There is no room left on the disk to store messages. Make some, and start Linnet again."),
  [STORE_ERROR_BUSY] = N_("Another program is using your messages. Close it, and start Linnet again."),
  [STORE_ERROR_CORRUPT] =
      N_("The file with your messages is damaged. Restore it from a backup, or move it away to begin anew."),
  [STORE_ERROR_FUTURE] = N_("Your messages were last used by a newer version. Update Linnet."),
  [STORE_ERROR_NOT_FOUND] = N_("What was looked for is not stored here any more."),
};

static const char *const jid_sentences[] = {
  [XMPP_JID_ERROR_EMPTY] = N_("Type an address, such as juliet@capulet.example."),
  [XMPP_JID_ERROR_TOO_LONG] = N_("This address is too long. Check it."),
  [XMPP_JID_ERROR_BAD_LOCAL] = N_("The part before the @ contains something that no address may. Check it."),
  [XMPP_JID_ERROR_BAD_DOMAIN] = N_("The part after the @ is not a server's name. Check it."),
  [XMPP_JID_ERROR_BAD_RESOURCE] = N_("The part after the / contains something that no address may. Check it."),
};

static const char *
look_up (const char *const *sentences,
         guint              n_sentences,
         int                code)
{
  return code >= 0 && (guint) code < n_sentences ? sentences[code] : NULL;
}

static char *
fill_in (const char *sentence,
         const char *placeholder,
         const char *text)
{
  g_auto (GStrv) pieces = g_strsplit (sentence, placeholder, -1);

  return g_strjoinv (text, pieces);
}

static const char *
untranslated_sentence (const GError *error)
{
  if (error->domain == XMPP_CONNECT_ERROR)
    return look_up (connect_sentences, G_N_ELEMENTS (connect_sentences), error->code);
  if (error->domain == XMPP_AUTH_ERROR)
    return look_up (auth_sentences, G_N_ELEMENTS (auth_sentences), error->code);
  if (error->domain == XMPP_STREAM_ERROR)
    return look_up (stream_sentences, G_N_ELEMENTS (stream_sentences), error->code);
  if (error->domain == XMPP_STANZA_ERROR)
    return look_up (stanza_sentences, G_N_ELEMENTS (stanza_sentences), error->code);
  if (error->domain == STORE_ERROR)
    return look_up (store_sentences, G_N_ELEMENTS (store_sentences), error->code);
  if (error->domain == XMPP_JID_ERROR)
    return look_up (jid_sentences, G_N_ELEMENTS (jid_sentences), error->code);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return N_("This was cancelled.");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return N_("You are signed in to {address} already.");
  return NULL;
}

/**
 * ui_error_sentence:
 * @error: what went wrong
 * @account: (nullable): the account it happened to
 *
 * One or two sentences for people: what is wrong, and what to do. What the machines said goes to the log and not to
 * the window.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_sentence (const GError *error,
                   XmppJid      *account)
{
  const char *sentence = untranslated_sentence (error);
  g_autofree char *with_server = NULL;

  if (sentence == NULL) {
    g_debug ("no sentence for %s %d", g_quark_to_string (error->domain), error->code);
    sentence = N_("Something unexpected went wrong. Try again in a while.");
  }
  with_server = fill_in (_(sentence), "{server}",
                         account != NULL ? xmpp_jid_get_domain (account)
                                         /* Translators: stands for a server's name within a sentence. */
                                         : _("(unknown)"));
  return fill_in (with_server, "{address}",
                  account != NULL ? xmpp_jid_get_text (xmpp_jid_get_bare (account)) : _("(unknown)"));
}

/**
 * ui_error_field:
 * @error: why signing in failed
 * @manual: whether a server was named by hand
 *
 * Tells beneath which entry the sentence belongs.
 *
 * Returns: the entry whose content caused @error
 */
UiErrorField
ui_error_field (const GError *error,
                gboolean      manual)
{
  if (error->domain == XMPP_JID_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS)
      || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_INVALID_AUTHZID)
      || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ACCOUNT_DISABLED)
      || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT))
    return UI_FIELD_ADDRESS;
  if (ui_error_wants_password (error))
    return UI_FIELD_PASSWORD;
  if (g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN)
      || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE)
      || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP)
      || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_UNKNOWN)
      || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_GONE))
    return manual ? UI_FIELD_SERVER : UI_FIELD_ADDRESS;
  if (manual
      && (g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE)
          || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS)))
    return UI_FIELD_SERVER;
  return UI_FIELD_NONE;
}

/**
 * ui_error_wants_password:
 * @error: (nullable): an account's error
 *
 * Returns: whether typing a password is what mends it
 */
gboolean
ui_error_wants_password (const GError *error)
{
  return g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED);
}

/**
 * ui_error_message:
 * @reason: (nullable): the name of a stanza error or one of our own reasons, as #ChatMessage:error has it
 * @name: whom the message was for
 *
 * Says why a line was not delivered.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_message (const char *reason,
                  const char *name)
{
  const char *sentence = NULL;

  if (g_strcmp0 (reason, CHAT_MESSAGE_TOO_OLD) == 0)
    sentence = N_("This message waited for more than a day and was not sent.");
  else if (g_strcmp0 (reason, CHAT_MESSAGE_NOT_STORED) == 0)
    sentence = N_("This message could not be saved, and so it was not sent.");
  for (guint code = 0; sentence == NULL && code < G_N_ELEMENTS (message_sentences); code++)
    if (message_sentences[code] != NULL && g_strcmp0 (reason, xmpp_stanza_error_name ((XmppStanzaError) code)) == 0)
      sentence = message_sentences[code];
  return fill_in (_(sentence != NULL ? sentence : N_("This message could not be delivered to {name}.")), "{name}",
                  name);
}

/* Whether the account is offline because the keyring did not answer: what is kept there is not known. */
static gboolean
has_no_keyring (ChatAccount *account)
{
  const GError *error = chat_account_get_error (account);
  const GError *secret_error = chat_account_get_secret_error (account);

  return error != NULL && secret_error != NULL && g_error_matches (error, secret_error->domain, secret_error->code);
}

/**
 * ui_account_wants_password:
 * @account: an account
 *
 * Returns: whether it rests until its password is typed
 */
gboolean
ui_account_wants_password (ChatAccount *account)
{
  return chat_account_get_state (account) == CHAT_ACCOUNT_STUCK
         && (ui_error_wants_password (chat_account_get_error (account)) || has_no_keyring (account));
}

/**
 * ui_account_reason:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): why it is not online, translated; %NULL when nothing went wrong
 */
char *
ui_account_reason (ChatAccount *account)
{
  const GError *error = chat_account_get_error (account);
  XmppJid *jid = chat_account_get_jid (account);

  if (has_no_keyring (account))
    return fill_in (_("The keyring cannot be opened. Type the password of {address} to go online."), "{address}",
                    xmpp_jid_get_text (jid));
  return error != NULL ? ui_error_sentence (error, jid) : NULL;
}

/**
 * ui_account_sentence:
 * @account: an account
 *
 * Its state in words: how others see it while online, else what it is doing or why it cannot.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_account_sentence (ChatAccount *account)
{
  g_autofree char *reason = ui_account_reason (account);

  switch (chat_account_get_state (account)) {
  case CHAT_ACCOUNT_ONLINE:
    return g_strdup (ui_show_name (chat_account_get_show (account)));
  case CHAT_ACCOUNT_CONNECTING:
    return g_strdup (ui_step_sentence (chat_account_get_step (account)));
  case CHAT_ACCOUNT_WAITING:
  case CHAT_ACCOUNT_STUCK:
    return reason != NULL ? g_steal_pointer (&reason) : g_strdup (_("Not connected."));
  case CHAT_ACCOUNT_OFFLINE:
  default:
    return g_strdup (ui_show_name (XMPP_SHOW_OFFLINE));
  }
}

/**
 * ui_step_sentence:
 * @step: a step on the way online
 *
 * Returns: (transfer none): what is being done, translated
 */
const char *
ui_step_sentence (XmppStep step)
{
  switch (step) {
  case XMPP_STEP_CONNECT:
    return _("Finding the server…");
  case XMPP_STEP_OPEN:
    return _("Greeting the server…");
  case XMPP_STEP_SECURE:
    return _("Encrypting the connection…");
  case XMPP_STEP_AUTHENTICATE:
    return _("Checking the password…");
  case XMPP_STEP_BIND:
    return _("Announcing this device…");
  case XMPP_STEP_NONE:
  default:
    return _("Connecting…");
  }
}

/**
 * ui_show_name:
 * @show: a presence
 *
 * Returns: (transfer none): its name, translated
 */
const char *
ui_show_name (XmppShow show)
{
  switch (show) {
  case XMPP_SHOW_XA:
    return _("Extended away");
  case XMPP_SHOW_AWAY:
    return _("Away");
  case XMPP_SHOW_DND:
    return _("Do not disturb");
  case XMPP_SHOW_AVAILABLE:
    return _("Available");
  case XMPP_SHOW_CHAT:
    return _("Free to chat");
  case XMPP_SHOW_OFFLINE:
  default:
    return _("Offline");
  }
}

/**
 * ui_show_icon:
 * @show: a presence
 *
 * Returns: (transfer none): the name of its symbolic icon; no two have the same shape
 */
const char *
ui_show_icon (XmppShow show)
{
  switch (show) {
  case XMPP_SHOW_XA:
    return "presence-xa-symbolic";
  case XMPP_SHOW_AWAY:
    return "presence-away-symbolic";
  case XMPP_SHOW_DND:
    return "presence-dnd-symbolic";
  case XMPP_SHOW_AVAILABLE:
    return "presence-available-symbolic";
  case XMPP_SHOW_CHAT:
    return "presence-chat-symbolic";
  case XMPP_SHOW_OFFLINE:
  default:
    return "presence-offline-symbolic";
  }
}

/**
 * ui_show_id:
 * @show: a presence
 *
 * Returns: (transfer none): its name for settings, actions and style classes: as on the wire, and "available" and
 *   "offline"
 */
const char *
ui_show_id (XmppShow show)
{
  const char *name = xmpp_show_name (show);

  return name != NULL ? name : show == XMPP_SHOW_OFFLINE ? "offline" : "available";
}

/**
 * ui_show_from_id:
 * @id: what ui_show_id() gave
 *
 * Returns: the presence; available, if there is none by that name
 */
XmppShow
ui_show_from_id (const char *id)
{
  return g_strcmp0 (id, "offline") == 0 ? XMPP_SHOW_OFFLINE : xmpp_show_from_name (id);
}
