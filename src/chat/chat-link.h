/* An account's way to be online: password, attempt, session, and when to try again. */
#pragma once

#include "base-clock.h"
#include "chat-types.h"
#include "desktop-secrets.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define CHAT_TYPE_LINK (chat_link_get_type ())
G_DECLARE_FINAL_TYPE (ChatLink, chat_link, CHAT, LINK, GObject)

/* Properties, all notified: an account's "state", "step", "error", "next-attempt", "show", "status", "secret-error",
 * "connection". */
ChatLink         *chat_link_new              (XmppSession          *session,
                                              DesktopSecrets       *secrets,
                                              BaseClock            *clock,
                                              const XmppLogin      *login,      /* copied; its password is not used */
                                              const char           *resource,   /* (nullable) that the server bound last */
                                              gboolean              proven,     /* it was online before */
                                              gboolean              asks_password) G_GNUC_WARN_UNUSED_RESULT;
const XmppLogin  *chat_link_get_login        (ChatLink             *self);      /* with what was learned, and perhaps a password */
const char       *chat_link_get_mechanism    (ChatLink             *self);      /* (nullable) the last that worked here */
const char       *chat_link_get_resource     (ChatLink             *self);      /* (nullable) that the server bound last */
ChatAccountState  chat_link_get_state        (ChatLink             *self);
XmppStep          chat_link_get_step         (ChatLink             *self);
const GError     *chat_link_get_error        (ChatLink             *self);      /* (nullable) */
const GError     *chat_link_get_secret_error (ChatLink             *self);      /* (nullable) */
gint64            chat_link_get_next_attempt (ChatLink             *self);
XmppShow          chat_link_get_show         (ChatLink             *self);
const char       *chat_link_get_status       (ChatLink             *self);      /* (nullable) */
XmppConnection   *chat_link_get_connection   (ChatLink             *self);      /* (transfer none) (nullable) while online */
gboolean          chat_link_is_exposed       (ChatLink             *self);      /* online without the channel binding of before */
void              chat_link_accept_exposure  (ChatLink             *self);      /* that is how it is from now on */
gboolean          chat_link_set_login        (ChatLink             *self,       /* resource, host, port, security, pin; FALSE: nothing is new */
                                              const XmppLogin      *login);
void              chat_link_restart          (ChatLink             *self);      /* with another login; also when it is stuck */
void              chat_link_set_priority     (ChatLink             *self,
                                              int                   priority);
void              chat_link_set_presence     (ChatLink             *self,
                                              XmppShow              show,
                                              const char           *status);    /* (nullable) */
void              chat_link_try_now          (ChatLink             *self);
void              chat_link_set_asleep       (ChatLink             *self,       /* TRUE: the link is given up, nothing is tried until FALSE */
                                              gboolean              asleep);
void              chat_link_sign_in_async    (ChatLink             *self,
                                              const char           *password,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean          chat_link_sign_in_finish   (ChatLink             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void              chat_link_keep_password    (ChatLink             *self);      /* into the keyring, if it was typed and worked */
void              chat_link_take_password    (ChatLink             *self,       /* it is the account's from now on; to be kept */
                                              const char           *password);
void              chat_link_retry_secret     (ChatLink             *self);      /* after "secret-error" */
void              chat_link_renew_secret     (ChatLink             *self);      /* somebody else may have changed it */
void              chat_link_set_asks_password (ChatLink            *self,       /* TRUE: the keyring forgets it */
                                              gboolean              asks);
void              chat_link_forget_password_async (ChatLink        *self,       /* for ever; here too */
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean          chat_link_forget_password_finish (ChatLink       *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void              chat_link_disprove         (ChatLink             *self);      /* it worked, but it could not be stored: go offline */
void              chat_link_close_async      (ChatLink             *self,       /* OFFLINE, and wait until it is so */
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean          chat_link_close_finish     (ChatLink             *self,
                                              GAsyncResult         *result,
                                              GError              **error);

G_END_DECLS
