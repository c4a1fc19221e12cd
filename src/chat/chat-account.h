/* One account: its settings, its session with the server, and what it is doing about being online. */
#pragma once

#include "chat-contact.h"
#include "chat-history.h"
#include "chat-types.h"
#include "store.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

/* Properties, all notified: "jid" (XmppJid, bare), "state" (ChatAccountState as int), "step" (XmppStep as int),
 * "error" (GError, nullable), "next-attempt" (monotonic µs, 0: none), "show" (XmppShow as int: what is wanted),
 * "status" (nullable), "secret-error" (GError, nullable: DESKTOP_SECRETS_ERROR, the keyring could not give or keep the
 * password), "name" (nullable), "label" (name, else the address), "colour" (guint), "enabled", "priority" (int),
 * "asks-password", "pin" (nullable), "connection" (XmppConnection, nullable: while online). */
XmppJid          *chat_account_get_jid            (ChatAccount          *self);
ChatAccountState  chat_account_get_state          (ChatAccount          *self);
XmppStep          chat_account_get_step           (ChatAccount          *self);
const GError     *chat_account_get_error          (ChatAccount          *self);   /* (nullable) */
const GError     *chat_account_get_secret_error   (ChatAccount          *self);   /* (nullable) */
gint64            chat_account_get_next_attempt   (ChatAccount          *self);
XmppShow          chat_account_get_show           (ChatAccount          *self);
const char       *chat_account_get_status         (ChatAccount          *self);   /* (nullable) */
XmppConnection   *chat_account_get_connection     (ChatAccount          *self);   /* (transfer none) (nullable) while online */
ChatHistory      *chat_account_get_history        (ChatAccount          *self);   /* (transfer none) its archive's */
XmppLogin        *chat_account_dup_settings       (ChatAccount          *self) G_GNUC_WARN_UNUSED_RESULT;   /* without a password */
gboolean          chat_account_is_stuck_by_secrets (ChatAccount         *self);   /* the keyring gave no answer: what it keeps is not known */
void              chat_account_sign_in_async      (ChatAccount          *self,    /* with a password just typed; kept in the keyring when it worked */
                                                   const char           *password,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
gboolean          chat_account_sign_in_finish     (ChatAccount          *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);
void              chat_account_set_presence       (ChatAccount          *self,    /* of this account only; chat_core_set_presence() ends that */
                                                   XmppShow              show,
                                                   const char           *status);
void              chat_account_try_now            (ChatAccount          *self);
ChatContact      *chat_account_get_contact        (ChatAccount          *self,    /* (transfer none) made when it is not there: a stranger */
                                                   XmppJid              *jid);
ChatContact      *chat_account_find_contact       (ChatAccount          *self,    /* (transfer none) (nullable) */
                                                   XmppJid              *jid);

/* For the chat layer and its parts. */
XmppSession      *chat_account_get_session        (ChatAccount          *self);
ChatCore         *chat_account_get_core           (ChatAccount          *self);   /* (nullable): it is going away */
Store            *chat_account_get_store          (ChatAccount          *self);   /* (nullable) likewise */
gint64            chat_account_get_id             (ChatAccount          *self);   /* accounts.id, 0: not stored yet */
GCancellable     *chat_account_get_cancellable    (ChatAccount          *self);   /* everything this account started hangs on it */
gpointer          chat_account_get_part_state     (ChatAccount          *self,
                                                   const ChatPart       *part);

G_END_DECLS
