/* A person as the user sees one: name, groups, presence over all their devices, and how we stand with them. */
#pragma once

#include "chat-types.h"
#include "xmpp-presence.h"
#include "xmpp-roster-item.h"

G_BEGIN_DECLS

/* Properties, notified: "account", "jid" (XmppJid, bare), "name" (never NULL: the roster's, else the local part),
 * "show" (XmppShow as int: of the most reachable device), "status" (nullable), "devices" (how many are online),
 * "is-contact" (in the roster), "asked" (we wait for their consent), "presence-error" (nullable: a sentence's worth of
 * stanza error name), "subscription" (XmppSubscription as int), "approved" (they may see us as soon as they ask),
 * "asking" (they ask to see us), "request-text" (nullable: their words). */
ChatContact      *chat_contact_new              (ChatAccount     *account,    /* (not owned) */
                                                 XmppJid         *jid) G_GNUC_WARN_UNUSED_RESULT;
ChatAccount      *chat_contact_get_account      (ChatContact     *self);      /* (nullable) */
XmppJid          *chat_contact_get_jid          (ChatContact     *self);
const char       *chat_contact_get_name         (ChatContact     *self);      /* fit to be shown, base_text_name */
const char       *chat_contact_get_sort_key     (ChatContact     *self);
const char *const*chat_contact_get_groups       (ChatContact     *self);      /* never NULL */
XmppShow          chat_contact_get_show         (ChatContact     *self);
const char       *chat_contact_get_status       (ChatContact     *self);      /* (nullable) one line, fit to be shown */
XmppSubscription  chat_contact_get_subscription (ChatContact     *self);
gboolean          chat_contact_is_contact       (ChatContact     *self);
gboolean          chat_contact_is_asked         (ChatContact     *self);
gboolean          chat_contact_sees_us          (ChatContact     *self);      /* subscription from or both */
const char       *chat_contact_get_roster_name  (ChatContact     *self);      /* (nullable) as the user gave it */
gboolean          chat_contact_is_approved      (ChatContact     *self);
gboolean          chat_contact_is_asking        (ChatContact     *self);
const char       *chat_contact_get_request_text (ChatContact     *self);      /* (nullable) fit to be shown */
guint             chat_contact_count_devices    (ChatContact     *self);
void              chat_contact_take_item        (ChatContact     *self,
                                                 XmppRosterItem  *item);      /* NULL: no longer in the roster */
void              chat_contact_take_presence    (ChatContact     *self,
                                                 XmppPresence    *presence);
void              chat_contact_take_request     (ChatContact     *self,
                                                 gboolean         asking,
                                                 const char      *text);      /* (nullable) */
void              chat_contact_forget_presence  (ChatContact     *self);      /* we went offline */

G_END_DECLS
