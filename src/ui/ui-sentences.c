/* The sentences that errors are told with: a table for each error domain, in the order of its codes.
 *
 * The words in braces are replaced after translation, so that no text from outside is ever a format: {server} is what
 * was connected to, {domain} what it has to be, {address} the account, {spelling} how an older server writes that,
 * {name} somebody else, and {later} says who tries again.
 */
#include "ui-sentences.h"

#include <glib/gi18n.h>

#include "desktop-secrets.h"
#include "store.h"
#include "xmpp-error.h"
#include "xmpp-jid.h"

static const char *const connect_sentences[] = {
  [XMPP_CONNECT_ERROR_LOOKUP] = N_("The name {server} could not be looked up. Check your network connection."),
  [XMPP_CONNECT_ERROR_NAME_UNKNOWN] =
      N_("There is no server called {server}. Check the part of the address after the @."),
  [XMPP_CONNECT_ERROR_NO_SERVICE] = N_("No chat service is offered at {domain}. Check the address."),
  [XMPP_CONNECT_ERROR_UNREACHABLE] =
      N_("The server {server} cannot be reached. Check your network connection. {later}"),
  [XMPP_CONNECT_ERROR_PROXY] =
      N_("The proxy did not let the connection through. Check the proxy in the system settings."),
  [XMPP_CONNECT_ERROR_NO_TLS] =
      N_("The server {server} offers no encryption, so nothing was sent. Tell whoever runs the server."),
  [XMPP_CONNECT_ERROR_TLS] =
      N_("No encrypted connection to {server} could be made. Check server, port and security in the connection "
         "options."),
  [XMPP_CONNECT_ERROR_CERTIFICATE] =
      N_("The server could not prove that it is {domain}, so nothing was sent: someone may be listening in. Look at "
         "its certificate, or try another network."),
  [XMPP_CONNECT_ERROR_TIMEOUT] = N_("The server {server} took too long to answer. {later}"),
  [XMPP_CONNECT_ERROR_CLOSED] = N_("The connection to {server} was lost. Check your network connection."),
  [XMPP_CONNECT_ERROR_NOT_XMPP] = N_("What answers at {server} is not a chat server. Check server and port."),
};

/* Where the user has named the server. */
static const char *const connect_by_hand_sentences[] = {
  [XMPP_CONNECT_ERROR_LOOKUP] = N_("The name {server} could not be looked up. Check it in the connection options, and "
                                   "your network connection."),
  [XMPP_CONNECT_ERROR_NAME_UNKNOWN] =
      N_("There is no server called {server}. Check the server in the connection options."),
  [XMPP_CONNECT_ERROR_UNREACHABLE] =
      N_("The server {server} cannot be reached. Check server and port in the connection options. {later}"),
  [XMPP_CONNECT_ERROR_NOT_XMPP] =
      N_("What answers at {server} is not a chat server. Check server and port in the connection options."),
};

static const char *const auth_sentences[] = {
  [XMPP_AUTH_ERROR_ABORTED] = N_("Signing in was broken off. {later}"),
  [XMPP_AUTH_ERROR_ACCOUNT_DISABLED] =
      N_("The server has disabled {address}. Ask whoever runs the server to enable it."),
  [XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED] =
      N_("The password of {address} has expired. Get a new one from whoever runs the server, and type it here."),
  [XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED] =
      N_("The server {server} wants more encryption than could be agreed on. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_INCORRECT_ENCODING] =
      N_("The password of {address} contains a character that cannot be sent. Type it again."),
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
      N_("The server {server} cannot check passwords at the moment. {later}"),
  [XMPP_AUTH_ERROR_NO_MECHANISM] =
      N_("The server {server} offers no safe way of signing in with a password. Tell whoever runs the server."),
  [XMPP_AUTH_ERROR_DOWNGRADE] =
      N_("The server {server} offers only weaker ways of signing in than before, so the password was not sent: "
         "someone may be listening in. Try another network, or tell whoever runs the server."),
  [XMPP_AUTH_ERROR_TAMPERED] =
      N_("What the server {server} said about ways of signing in was changed on its way, so Linnet did not sign in: "
         "someone is in between. Try another network, and tell whoever runs the server."),
  [XMPP_AUTH_ERROR_SERVER_UNPROVEN] =
      N_("The server {server} could not prove that it knows your password, so it was not trusted. Try another network, "
         "or tell whoever runs the server."),
  [XMPP_AUTH_ERROR_OTHER_ACCOUNT] =
      N_("The server {server} signed you in under another address. Check the address, or tell whoever runs the "
         "server."),
  [XMPP_AUTH_ERROR_OTHER_SPELLING] =
      N_("The server {server} writes this address as {spelling}. Sign in with that one."),
  [XMPP_AUTH_ERROR_NO_PASSWORD] = N_("No password is kept for {address}. Type it to go online."),
};

static const char *const stream_sentences[] = {
  [XMPP_STREAM_ERROR_BAD_FORMAT] = N_("The server {server} hung up: it could not read what was sent. {later}"),
  [XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX] =
      N_("The server {server} hung up over a namespace prefix. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_CONFLICT] =
      N_("Another device has signed in to {address} under this device's name and taken its place. Use it here again, "
         "or give each a name of its own in the account settings."),
  [XMPP_STREAM_ERROR_CONNECTION_TIMEOUT] =
      N_("The server {server} had not heard from this device for too long. Check your network connection."),
  [XMPP_STREAM_ERROR_HOST_GONE] = N_("The server no longer serves {domain}. Ask whoever runs it where it went."),
  [XMPP_STREAM_ERROR_HOST_UNKNOWN] =
      N_("The server does not serve {domain}. Check the address, and the server in the connection options."),
  [XMPP_STREAM_ERROR_IMPROPER_ADDRESSING] =
      N_("The server {server} hung up over an address. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR] = N_("Something went wrong inside {server}. {later}"),
  [XMPP_STREAM_ERROR_INVALID_FROM] =
      N_("The server {server} did not accept the sender's address. Check the address you sign in with."),
  [XMPP_STREAM_ERROR_INVALID_NAMESPACE] =
      N_("The server {server} speaks another protocol than XMPP. Check server and port."),
  [XMPP_STREAM_ERROR_INVALID_XML] =
      N_("The server {server} hung up over an element that it does not allow. Report this as a fault in Linnet."),
  [XMPP_STREAM_ERROR_NOT_AUTHORIZED] =
      N_("The server {server} hung up because you were not signed in. {later}"),
  [XMPP_STREAM_ERROR_NOT_WELL_FORMED] =
      N_("What came from {server} was broken on its way. Try another network. {later}"),
  [XMPP_STREAM_ERROR_POLICY_VIOLATION] =
      N_("The server {server} hung up because something broke its rules: too much at once, perhaps. {later}"),
  [XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED] =
      N_("The server {server} cannot reach another one that it needs. {later}"),
  [XMPP_STREAM_ERROR_RESET] = N_("The server {server} wants you to sign in anew. {later}"),
  [XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT] = N_("The server {server} is too busy. {later}"),
  [XMPP_STREAM_ERROR_RESTRICTED_XML] =
      N_("What came from {server} is forbidden in XMPP, so the connection was closed. Tell whoever runs the server."),
  [XMPP_STREAM_ERROR_SEE_OTHER_HOST] =
      N_("The server {server} sends you to another one. Ask whoever runs it, and name that one in the connection "
         "options."),
  [XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN] = N_("The server {server} is being shut down. {later}"),
  [XMPP_STREAM_ERROR_UNDEFINED_CONDITION] =
      N_("The server {server} hung up without saying why in words that Linnet knows. {later}"),
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
  [XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR] = N_("Something went wrong inside the server. {later}"),
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
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = N_("The other server does not answer. {later}"),
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] =
      N_("The server is too busy, or this account is on too many devices at once. Sign out elsewhere. {later}"),
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] = N_("This service is not offered there. Check the address."),
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = N_("Only contacts may do this. Ask to become one first."),
  [XMPP_STANZA_ERROR_UNDEFINED_CONDITION] = N_("The server refused without saying why. {later}"),
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] = N_("The server did not expect this now. {later}"),
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
      N_("The file with your messages is damaged. Start Linnet again: it keeps that file and begins a new one. If it "
         "does not, move the file away."),
  [STORE_ERROR_FUTURE] = N_("Your messages were last used by a newer version. Update Linnet."),
  [STORE_ERROR_NOT_FOUND] = N_("What was looked for is not stored here any more."),
};

/* Why the keyring was of no help; what follows from it is said in a sentence of its own. */
static const char *const keyring_sentences[] = {
  [DESKTOP_SECRETS_ERROR_ABSENT] = N_("There is no keyring on this computer."),
  [DESKTOP_SECRETS_ERROR_LOCKED] = N_("The keyring is locked."),
  [DESKTOP_SECRETS_ERROR_REFUSED] = N_("The keyring refused."),
  [DESKTOP_SECRETS_ERROR_VANISHED] = N_("The keyring does not answer."),
};

static const char *const keyring_give_sentences[] = {
  [DESKTOP_SECRETS_ERROR_ABSENT] = N_("Type the password of {address} to go online."),
  [DESKTOP_SECRETS_ERROR_LOCKED] = N_("Unlock it and try again, or type the password of {address}."),
  [DESKTOP_SECRETS_ERROR_REFUSED] = N_("Let Linnet use it and try again, or type the password of {address}."),
  [DESKTOP_SECRETS_ERROR_VANISHED] = N_("Try again, or type the password of {address}."),
};

static const char *const keyring_keep_sentences[] = {
  [DESKTOP_SECRETS_ERROR_ABSENT] = N_("Linnet will ask for the password of {address} next time."),
  [DESKTOP_SECRETS_ERROR_LOCKED] =
      N_("The password of {address} was not kept: unlock it, or Linnet will ask for the password next time."),
  [DESKTOP_SECRETS_ERROR_REFUSED] =
      N_("The password of {address} was not kept, so Linnet will ask for it next time."),
  [DESKTOP_SECRETS_ERROR_VANISHED] =
      N_("The password of {address} may not have been kept: if so, Linnet will ask for it next time."),
};

static const char *const keyring_forget_sentences[] = {
  [DESKTOP_SECRETS_ERROR_ABSENT] = N_("If the password of {address} was ever kept, it may still be there."),
  [DESKTOP_SECRETS_ERROR_LOCKED] =
      N_("The password of {address} is still in it: unlock it and remove the password there."),
  [DESKTOP_SECRETS_ERROR_REFUSED] = N_("The password of {address} may still be in it: look, and remove it there."),
  [DESKTOP_SECRETS_ERROR_VANISHED] =
      N_("The password of {address} may still be in it: once it is back, look, and remove it there."),
};

/* What a server answered to a new password (XEP-0077 §3.3); what is not here is told by the stanza's own sentence. */
static const char *const password_sentences[] = {
  [XMPP_STANZA_ERROR_BAD_REQUEST] =
      N_("The server {server} wants to know more before it changes a password. Ask whoever runs it how to change "
         "yours."),
  [XMPP_STANZA_ERROR_CONFLICT] = N_("The password of {address} is being changed elsewhere. Try again in a while."),
  [XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] =
      N_("Passwords cannot be changed from here at {server}. Look at the server's web site, or ask whoever runs it."),
  [XMPP_STANZA_ERROR_FORBIDDEN] =
      N_("You are not permitted to change the password of {address}. Ask whoever runs the server."),
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = N_("The server {server} does not accept this password. Choose a longer one."),
  [XMPP_STANZA_ERROR_NOT_ALLOWED] =
      N_("The server {server} lets nobody change passwords from here. Ask whoever runs it how to change yours."),
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] =
      N_("The server {server} does not think this connection safe enough to change a password. Tell whoever runs it."),
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] =
      N_("This password breaks a rule of {server}. Choose one that is longer and harder to guess."),
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] =
      N_("The server {server} is too busy to change the password now. Try again in a while."),
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] =
      N_("Changing passwords is not offered at {server}. Look at the server's web site, or ask whoever runs it."),
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] =
      N_("The server {server} does not know {address} as an account of its own. Ask whoever runs it."),
};

/* What keeps the store from storing while Linnet runs. It stores again as soon as it can, without a new start. */
static const char *const store_trouble_sentences[] = {
  [STORE_ERROR_FULL] =
      N_("There is no room left on the disk, so nothing can be stored. Make some: what comes in waits until then."),
  [STORE_ERROR_BUSY] = N_("Another program keeps Linnet from storing your messages. Close it."),
  [STORE_ERROR_CORRUPT] =
      N_("The file with your messages is damaged, so nothing can be stored. Start Linnet again to begin a new one."),
};

static const char *const jid_sentences[] = {
  [XMPP_JID_ERROR_EMPTY] = N_("Type an address, such as juliet@capulet.example."),
  [XMPP_JID_ERROR_TOO_LONG] = N_("This address is too long. Check it."),
  [XMPP_JID_ERROR_BAD_LOCAL] = N_("The part before the @ contains something that no address may. Check it."),
  [XMPP_JID_ERROR_BAD_DOMAIN] = N_("The part after the @ is not a server's name. Check it."),
  [XMPP_JID_ERROR_BAD_RESOURCE] = N_("The part after the / contains something that no address may. Check it."),
};

#define TABLE(sentences) { sentences, G_N_ELEMENTS (sentences) }

static const struct {
  const char *const *sentences;
  guint              n;
} tables[] = {
  [UI_SENTENCES_CONNECT] = TABLE (connect_sentences),
  [UI_SENTENCES_CONNECT_BY_HAND] = TABLE (connect_by_hand_sentences),
  [UI_SENTENCES_AUTH] = TABLE (auth_sentences),
  [UI_SENTENCES_STREAM] = TABLE (stream_sentences),
  [UI_SENTENCES_STANZA] = TABLE (stanza_sentences),
  [UI_SENTENCES_MESSAGE] = TABLE (message_sentences),
  [UI_SENTENCES_PASSWORD] = TABLE (password_sentences),
  [UI_SENTENCES_STORE] = TABLE (store_sentences),
  [UI_SENTENCES_STORE_TROUBLE] = TABLE (store_trouble_sentences),
  [UI_SENTENCES_KEYRING] = TABLE (keyring_sentences),
  [UI_SENTENCES_KEYRING_GIVE] = TABLE (keyring_give_sentences),
  [UI_SENTENCES_KEYRING_KEEP] = TABLE (keyring_keep_sentences),
  [UI_SENTENCES_KEYRING_FORGET] = TABLE (keyring_forget_sentences),
  [UI_SENTENCES_JID] = TABLE (jid_sentences),
};

/**
 * ui_sentences_find:
 * @table: where to look
 * @code: a code of the error domain that the table is for
 *
 * Returns: (transfer none) (nullable): the sentence, not translated yet; %NULL when there is none for @code
 */
const char *
ui_sentences_find (UiSentences table,
                   int         code)
{
  return code >= 0 && (guint) code < tables[table].n ? tables[table].sentences[code] : NULL;
}
