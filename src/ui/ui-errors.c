/* Errors as sentences that say what to do: this picks the sentence and fills in whom it is about. */
#include "ui-errors.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-message.h"
#include "desktop-secrets.h"
#include "store.h"
#include "ui-sentences.h"
#include "xmpp-error.h"

/* What stands for a word in braces. */
typedef struct {
  const char *word, *text;
  gboolean    is_ours;   /* a sentence or a time: it follows the direction of what is around it */
} Filling;

/* In one go, so that a text with braces in it stays as it is. */
static char *
fill_in (const char    *sentence,
         const Filling *fillings,
         guint          n_fillings)
{
  GString *filled = g_string_new (NULL);

  while (*sentence != '\0') {
    g_autofree char *isolated = NULL;
    guint i = 0;

    while (i < n_fillings && !g_str_has_prefix (sentence, fillings[i].word))
      i++;
    if (i == n_fillings) {
      g_string_append_c (filled, *sentence++);
      continue;
    }
    if (!fillings[i].is_ours)
      isolated = base_text_isolate (fillings[i].text);
    g_string_append (filled, isolated != NULL ? isolated : fillings[i].text);
    sentence += strlen (fillings[i].word);
  }
  return g_string_free (filled, FALSE);
}

/* @sentence is translated already. */
static char *
fill_in_about (const char         *sentence,
               const UiErrorAbout *about)
{
  /* Translators: stands for a server's name within a sentence. */
  const char *unknown = _("(unknown)");
  const char *domain = about->account != NULL ? xmpp_jid_get_domain (about->account) : unknown;
  const char *soon = about->retried ? _("Linnet tries again by itself.") : _("Try again in a while.");
  const Filling time = { "{time}", about->again, TRUE };
  g_autofree char *later = about->retried && about->again != NULL
                               ? fill_in (_("Linnet tries again by itself at {time}."), &time, 1)
                               : g_strdup (soon);
  g_autoptr (XmppJid) spelling = about->account != NULL ? xmpp_jid_old_spelling (about->account) : NULL;
  const Filling fillings[] = {
    { "{server}", about->server != NULL ? about->server : domain, FALSE },
    { "{domain}", domain, FALSE },
    { "{address}", about->account != NULL ? xmpp_jid_get_text (xmpp_jid_get_bare (about->account)) : unknown, FALSE },
    { "{spelling}", spelling != NULL ? xmpp_jid_get_text (spelling) : unknown, FALSE },
    { "{later}", later, TRUE },
  };
  g_autofree char *whole =
      about->retried && strstr (sentence, "{later}") == NULL ? g_strconcat (sentence, " {later}", NULL) : NULL;

  return fill_in (whole != NULL ? whole : sentence, fillings, G_N_ELEMENTS (fillings));
}

/* A certificate is new, or is not the one that is trusted, or is that one and has got worse. */
static const char *
certificate_sentence (const GError *error,
                      const char   *pin)   /* (nullable) */
{
  const XmppCertificate *certificate = xmpp_error_get_certificate (error);

  if (certificate == NULL || pin == NULL)
    return ui_sentences_find (UI_SENTENCES_CONNECT, XMPP_CONNECT_ERROR_CERTIFICATE);
  if (g_ascii_strcasecmp (certificate->sha256, pin) != 0)
    return certificate->errors == 0
               ? N_("The server {domain} shows another certificate than the one you trust, though authorities vouch "
                    "for it. Nothing was sent: look at it before you go on.")
               : N_("The server {domain} shows another certificate than the one you trust, so nothing was sent: "
                    "someone may be listening in. Compare the two before you go on.");
  if ((certificate->errors & G_TLS_CERTIFICATE_EXPIRED) != 0)
    return N_("The certificate that you trust for {domain} has expired, so nothing was sent. Ask whoever runs the "
              "server for a new one.");
  return N_("Something else is wrong with the certificate that you trust for {domain} now, so nothing was sent. Look "
            "at it before you go on.");
}

static const char *
untranslated_sentence (const GError       *error,
                       const UiErrorAbout *about)
{
  const struct {
    GQuark       domain;
    UiSentences  table;
  } domains[] = {
    { XMPP_CONNECT_ERROR, UI_SENTENCES_CONNECT }, { XMPP_AUTH_ERROR, UI_SENTENCES_AUTH },
    { XMPP_STREAM_ERROR, UI_SENTENCES_STREAM },   { XMPP_STANZA_ERROR, UI_SENTENCES_STANZA },
    { STORE_ERROR, UI_SENTENCES_STORE },          { XMPP_JID_ERROR, UI_SENTENCES_JID },
  };
  const char *by_hand = error->domain == XMPP_CONNECT_ERROR && about->server != NULL
                            ? ui_sentences_find (UI_SENTENCES_CONNECT_BY_HAND, error->code)
                            : NULL;

  if (by_hand != NULL)
    return by_hand;
  if (g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE))
    return certificate_sentence (error, about->pin);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    if (error->domain == domains[i].domain)
      return ui_sentences_find (domains[i].table, error->code);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return N_("This was cancelled.");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return N_("You are signed in to {address} already.");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    return N_("You are offline. Go online and try again.");
  return NULL;
}

/**
 * ui_error_sentence:
 * @error: what went wrong
 * @account: (nullable): the account it happened to
 *
 * As ui_error_sentence_about(), where no more is known.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_sentence (const GError *error,
                   XmppJid      *account)
{
  const UiErrorAbout about = { .account = account };

  return ui_error_sentence_about (error, &about);
}

/**
 * ui_error_sentence_about:
 * @error: what went wrong
 * @about: what it happened to
 *
 * One to three sentences for people: what is wrong, and what to do. What the machines said goes to the log and not to
 * the window.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_sentence_about (const GError       *error,
                         const UiErrorAbout *about)
{
  const char *sentence = NULL;

  if (error->domain == DESKTOP_SECRETS_ERROR)
    return ui_error_keyring (error, UI_KEYRING_GIVE, about->account);
  sentence = untranslated_sentence (error, about);
  if (sentence == NULL) {
    g_debug ("no sentence for %s %d", g_quark_to_string (error->domain), error->code);
    sentence = N_("Something unexpected went wrong. {later}");
  }
  return fill_in_about (_(sentence), about);
}

/**
 * ui_error_keyring:
 * @error: why the keyring was of no help, DESKTOP_SECRETS_ERROR or another
 * @task: what it was to do
 * @account: (nullable): with the password of which account
 *
 * Says what is wrong with the keyring, and what follows from it.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_keyring (const GError *error,
                  UiKeyringTask task,
                  XmppJid      *account)
{
  static const UiSentences steps[] = {
    [UI_KEYRING_GIVE] = UI_SENTENCES_KEYRING_GIVE,
    [UI_KEYRING_KEEP] = UI_SENTENCES_KEYRING_KEEP,
    [UI_KEYRING_FORGET] = UI_SENTENCES_KEYRING_FORGET,
  };
  const UiErrorAbout about = { .account = account };
  gboolean known = error->domain == DESKTOP_SECRETS_ERROR
                   && ui_sentences_find (UI_SENTENCES_KEYRING, error->code) != NULL;
  int code = known ? error->code : DESKTOP_SECRETS_ERROR_VANISHED;
  g_autofree char *both = g_strjoin (" ", _(ui_sentences_find (UI_SENTENCES_KEYRING, code)),
                                     _(ui_sentences_find (steps[task], code)), NULL);

  return fill_in_about (both, &about);
}

/**
 * ui_error_password_change:
 * @error: why chat_account_change_password_finish() failed
 * @account: whose password it still is
 *
 * Says why a password stays as it was (XEP-0077 §3.3).
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_password_change (const GError *error,
                          XmppJid      *account)
{
  const UiErrorAbout about = { .account = account };
  const char *sentence =
      error->domain == XMPP_STANZA_ERROR ? ui_sentences_find (UI_SENTENCES_PASSWORD, error->code) : NULL;

  return sentence != NULL ? fill_in_about (_(sentence), &about) : ui_error_sentence_about (error, &about);
}

/**
 * ui_error_store_trouble:
 * @error: the "trouble" of a #Store, STORE_ERROR
 *
 * Says why nothing can be stored at the moment, and what to do.
 *
 * Returns: (transfer full): translated text, never empty
 */
char *
ui_error_store_trouble (const GError *error)
{
  const char *sentence =
      error->domain == STORE_ERROR ? ui_sentences_find (UI_SENTENCES_STORE_TROUBLE, error->code) : NULL;

  return g_strdup (_(sentence != NULL ? sentence : N_("Nothing can be stored at the moment. Start Linnet again.")));
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
      || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT)
      || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING))
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
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED)
         || g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_INCORRECT_ENCODING);
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
  const Filling filling = { "{name}", name, FALSE };
  const char *sentence = NULL;

  if (g_strcmp0 (reason, CHAT_MESSAGE_TOO_OLD) == 0)
    sentence = N_("This message waited for more than a day and was not sent.");
  else if (g_strcmp0 (reason, CHAT_MESSAGE_UNCERTAIN) == 0)
    sentence = N_("This message may not have been sent: the connection ended before the server confirmed it. If you "
                  "try again, {name} may get it twice.");
  else if (g_strcmp0 (reason, CHAT_MESSAGE_NOT_STORED) == 0)
    sentence = N_("This message could not be saved, and so it was not sent.");
  for (int code = 0; sentence == NULL && code <= XMPP_STANZA_ERROR_UNEXPECTED_REQUEST; code++)
    if (g_strcmp0 (reason, xmpp_stanza_error_name ((XmppStanzaError) code)) == 0)
      sentence = ui_sentences_find (UI_SENTENCES_MESSAGE, code);
  return fill_in (_(sentence != NULL ? sentence : N_("This message could not be delivered to {name}.")), &filling, 1);
}
