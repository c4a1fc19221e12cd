/* How we stand with somebody, in words: who of us sees the other's status, and what can be done about it.
 *
 * The server keeps nine states (RFC 6121 appendix A.1). They are two questions, answered apart from each other:
 *
 *   do we see them?    no ──ask──► asked ──their yes──► yes
 *   do they see us?    no ──their question──► they ask ──allow──► yes        no ──allow ahead──► as soon as they ask
 */
#include "ui-contact-words.h"

#include <glib/gi18n.h>

#include "chat-contact-acts.h"
#include "ui-show.h"

/* First strong isolate and its end: what is between them has a direction of its own, whatever the sentence has. */
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

static gboolean
do_we_see (ChatContact *contact)
{
  XmppSubscription subscription = chat_contact_get_subscription (contact);

  return subscription == XMPP_SUBSCRIPTION_TO || subscription == XMPP_SUBSCRIPTION_BOTH;
}

/**
 * ui_contact_seeing_words:
 * @contact: somebody
 *
 * Returns: (transfer none): translated: whether we see their status
 */
const char *
ui_contact_seeing_words (ChatContact *contact)
{
  if (do_we_see (contact))
    /* Translators: the answer to "You see their status". */
    return C_("status", "Yes");
  if (chat_contact_is_asked (contact))
    return _("Asked, not answered yet");
  return C_("status", "No");
}

/**
 * ui_contact_showing_words:
 * @contact: somebody
 *
 * Returns: (transfer none): translated: whether they see our status
 */
const char *
ui_contact_showing_words (ChatContact *contact)
{
  if (chat_contact_sees_us (contact))
    return C_("status", "Yes");
  if (chat_contact_is_asking (contact))
    return _("They ask to see it");
  if (chat_contact_is_approved (contact))
    return _("Allowed in advance: as soon as they ask");
  return C_("status", "No");
}

/**
 * ui_contact_steps:
 * @contact: somebody
 *
 * What can be asked of somebody who is no contact yet is asked by adding them.
 *
 * Returns: the steps that change how we stand with them, as the server's states have it (RFC 6121 appendix A.2)
 */
UiContactStep
ui_contact_steps (ChatContact *contact)
{
  UiContactStep steps = 0;

  if (do_we_see (contact))
    steps |= UI_CONTACT_STOP_SEEING;
  else if (chat_contact_is_asked (contact))
    steps |= UI_CONTACT_ASK_AGAIN | UI_CONTACT_TAKE_BACK;
  else if (chat_contact_is_contact (contact))
    steps |= UI_CONTACT_ASK;

  if (chat_contact_sees_us (contact))
    steps |= UI_CONTACT_STOP_SHOWING;
  else if (chat_contact_is_asking (contact))
    steps |= UI_CONTACT_ALLOW | UI_CONTACT_DENY;
  else if (chat_contact_is_approved (contact))
    steps |= UI_CONTACT_WITHDRAW;
  else if (chat_contact_is_contact (contact) && chat_contact_can_allow_ahead (contact))
    steps |= UI_CONTACT_ALLOW_AHEAD;
  return steps;
}

/**
 * ui_contact_take_step:
 * @contact: somebody whose account is online
 * @step: one of what ui_contact_steps() gave
 *
 * Does it; what comes of it arrives from the server.
 */
void
ui_contact_take_step (ChatContact *contact,
                      UiContactStep       step)
{
  switch (step) {
  case UI_CONTACT_ASK:
  case UI_CONTACT_ASK_AGAIN:
    chat_contact_ask (contact, NULL);
    break;
  case UI_CONTACT_TAKE_BACK:
  case UI_CONTACT_STOP_SEEING:
    chat_contact_stop_seeing (contact);
    break;
  case UI_CONTACT_ALLOW:
  case UI_CONTACT_ALLOW_AHEAD:
    chat_contact_allow (contact);
    break;
  case UI_CONTACT_DENY:
  case UI_CONTACT_WITHDRAW:
  case UI_CONTACT_STOP_SHOWING:
    chat_contact_refuse (contact);
    break;
  }
}

/**
 * ui_contact_presence_words:
 * @contact: somebody
 *
 * Returns: (transfer full): how they are: "Away · At the market · 2 devices"
 */
char *
ui_contact_presence_words (ChatContact *contact)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  guint devices = chat_contact_count_devices (contact);

  g_ptr_array_add (words, g_strdup (ui_show_name (chat_contact_get_show (contact))));
  if (chat_contact_get_status (contact) != NULL)
    g_ptr_array_add (words, ui_contact_isolate (chat_contact_get_status (contact)));
  if (devices > 1)
    g_ptr_array_add (words, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u device", "%u devices", devices),
                                             devices));
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" · ", (char **) words->pdata);
}

/**
 * ui_contact_offline_sentence:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): why its contacts cannot be changed now, or %NULL if they can be
 */
char *
ui_contact_offline_sentence (ChatAccount *account)
{
  g_autofree char *address = NULL;

  if (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE)
    return NULL;
  address = ui_contact_isolate (xmpp_jid_get_text (chat_account_get_jid (account)));
  /* Translators: %s is one of the user's own addresses. */
  return g_strdup_printf (_("You are not online as %s. Contacts are kept on the server: go online to change them."),
                          address);
}

/**
 * ui_contact_isolate:
 * @text: a name or an address
 *
 * Returns: (transfer full): @text with a direction of its own, so that it mixes up no sentence that it stands in
 */
char *
ui_contact_isolate (const char *text)
{
  return g_strconcat (FSI, text, PDI, NULL);
}
