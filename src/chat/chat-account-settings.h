/* What the user decides about an account; every change is stored at once. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

#define CHAT_ACCOUNT_N_COLOURS 8
#define CHAT_ACCOUNT_MAX_NAME  64   /* characters */

const char *chat_account_get_name               (ChatAccount          *self);      /* (nullable) the user's own word for it */
const char *chat_account_get_label              (ChatAccount          *self);      /* the name, else the address */
guint       chat_account_get_colour             (ChatAccount          *self);      /* below CHAT_ACCOUNT_N_COLOURS */
gboolean    chat_account_get_enabled            (ChatAccount          *self);
int         chat_account_get_priority           (ChatAccount          *self);      /* -128…127, 0 by default */
gboolean    chat_account_get_asks_password      (ChatAccount          *self);
const char *chat_account_get_pin                (ChatAccount          *self);      /* (nullable) SHA-256, hexadecimal */

void        chat_account_set_name               (ChatAccount          *self,
                                                 const char           *name);      /* (nullable) "" is NULL */
void        chat_account_set_colour             (ChatAccount          *self,
                                                 guint                 colour);
void        chat_account_set_enabled            (ChatAccount          *self,       /* FALSE: goes offline and stays so, over restarts */
                                                 gboolean              enabled);
void        chat_account_set_priority           (ChatAccount          *self,
                                                 int                   priority);
void        chat_account_set_asks_password      (ChatAccount          *self,       /* TRUE: the keyring forgets it */
                                                 gboolean              asks);
void        chat_account_retry_keyring         (ChatAccount          *self);      /* after "secret-error": asks it once more */
void        chat_account_set_settings           (ChatAccount          *self,       /* resource, host, port, security; connects anew if they differ */
                                                 const XmppLogin      *login);
void        chat_account_trust                  (ChatAccount          *self,       /* this certificate only, as it is now; tries again at once */
                                                 XmppCertificate      *certificate);   /* (nullable) NULL: what authorities vouch for, as usual */
gboolean    chat_account_is_exposed             (ChatAccount          *self);      /* online without the channel binding of before; with "connection" */
void        chat_account_accept_exposure        (ChatAccount          *self);      /* that is how it is from now on */
void        chat_account_change_password_async  (ChatAccount          *self,       /* on the server; the keyring only after its yes */
                                                 const char           *password,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean    chat_account_change_password_finish (ChatAccount          *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);     /* XMPP_STANZA_ERROR, G_IO_ERROR_NOT_CONNECTED … */

G_END_DECLS
