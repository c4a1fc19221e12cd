/* How we stand with somebody, in words: who of us sees the other's status, and what can be done about it.
 *
 * The server keeps nine states (RFC 6121 appendix A.1). They are two questions, answered apart from each other:
 *
 *   do we see them?    no ──ask──► asked ──their yes──► yes
 *   do they see us?    no ──their question──► they ask ──allow──► yes        no ──allow ahead──► as soon as they ask
 */
#include "ui-contact-words.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-contact-acts.h"
#include "chat-core.h"
#include "ui-show.h"

#define ADDRESS_CHARS 2047   /* all of every address (RFC 7622 §3.1) */

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
    g_ptr_array_add (words, base_text_isolate (chat_contact_get_status (contact)));
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
  address = base_text_isolate (xmpp_jid_get_text (chat_account_get_jid (account)));
  /* Translators: %s is one of the user's own addresses. */
  return g_strdup_printf (_("You are not online as %s. Contacts are kept on the server: go online to change them."),
                          address);
}

/**
 * ui_contact_address:
 * @contact: somebody
 *
 * An address has no invisible characters and none that change its direction (RFC 7622), but it may have towers of
 * marks.
 *
 * Returns: (transfer full): their address, fit to be shown
 */
char *
ui_contact_address (ChatContact *contact)
{
  return base_text_line (xmpp_jid_get_text (chat_contact_get_jid (contact)), ADDRESS_CHARS);
}

/* --- who only looks like somebody --------------------------------------------------------------------------- */

/* What is known of somebody who may be mistaken for another. */
typedef struct {
  ChatContact *contact;
  char        *address;   /* (owned) skeletons of what they show */
  char        *name;      /* (owned) */
} Stranger;

static void
stranger_clear (Stranger *self)
{
  g_free (self->address);
  g_free (self->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stranger, stranger_clear)

static gboolean
looks_like (const char *skeleton,
            const char *text)
{
  g_autofree char *other = base_text_skeleton (text);

  return g_str_equal (skeleton, other);
}

static gboolean
has_look_of_address (const Stranger *self,
                     ChatContact    *other)
{
  return looks_like (self->address, xmpp_jid_get_text (chat_contact_get_jid (other)));
}

static gboolean
has_look_of_name (const Stranger *self,
                  ChatContact    *other)
{
  const char *local = xmpp_jid_get_local (chat_contact_get_jid (other));

  return looks_like (self->name, chat_contact_get_name (other)) || (local != NULL && looks_like (self->name, local));
}

/* Returns somebody in the contact list of any account who is not the stranger, or NULL. */
static ChatContact *
find_in_roster (const Stranger *self,
                gboolean      (*matches) (const Stranger *self,
                                          ChatContact    *other))
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  ChatCore *core = account != NULL ? chat_account_get_core (account) : NULL;
  GListModel *groups = core != NULL ? G_LIST_MODEL (chat_core_get_roster (core)) : NULL;

  for (guint i = 0; groups != NULL && i < g_list_model_get_n_items (groups); i++) {
    g_autoptr (GListModel) group = g_list_model_get_item (groups, i);

    for (guint j = 0; j < g_list_model_get_n_items (group); j++) {
      g_autoptr (ChatContact) other = g_list_model_get_item (group, j);

      if (!xmpp_jid_equal (chat_contact_get_jid (other), chat_contact_get_jid (self->contact))
          && matches (self, other))
        return other;   /* the roster holds it */
    }
  }
  return NULL;
}

/**
 * ui_contact_warning:
 * @contact: somebody about whom the user has to decide
 *
 * Who is no contact yet may be named or written like somebody who is.
 *
 * Returns: (transfer full) (nullable): a sentence that says so, or %NULL when there is nothing to be said
 */
char *
ui_contact_warning (ChatContact *contact)
{
  const char *text = xmpp_jid_get_text (chat_contact_get_jid (contact));
  g_auto (Stranger) stranger = { contact, base_text_skeleton (text),
                                 base_text_skeleton (chat_contact_get_name (contact)) };
  ChatContact *other;

  if (chat_contact_is_contact (contact))
    return NULL;

  other = find_in_roster (&stranger, has_look_of_address);
  if (other != NULL) {
    g_autofree char *name = base_text_isolate (chat_contact_get_name (other));

    /* Translators: %s is the name of a contact. */
    return g_strdup_printf (_("This address only looks like the one of %s in your contact list. It is another one."),
                            name);
  }
  if (base_text_deceives (text))
    return g_strdup (_("Some letters in this address are from another alphabet than they seem to be."));

  other = find_in_roster (&stranger, has_look_of_name);
  if (other != NULL) {
    g_autofree char *address = ui_contact_address (other);
    g_autofree char *isolated = base_text_isolate (address);

    /* Translators: %s is an address. */
    return g_strdup_printf (_("This is not %s from your contact list, but somebody with a name like theirs."),
                            isolated);
  }
  return NULL;
}
