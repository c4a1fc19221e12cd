/* What the user does about a contact: add, rename, remove, ask, allow, refuse (RFC 6121 §2, §3). */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

/* Each does its part at once when the account is online, else nothing: chat_contact_can_act(). What comes of it arrives
 * from the server, as contact properties. */
gboolean chat_contact_can_act       (ChatContact          *self);
gboolean chat_contact_can_allow_ahead (ChatContact        *self);      /* the server keeps a consent that nobody has asked for yet */
void     chat_contact_ask           (ChatContact          *self,       /* to see them; again, if they have not answered */
                                     const char           *text);      /* (nullable) words for them */
void     chat_contact_stop_seeing   (ChatContact          *self);      /* or take the question back */
void     chat_contact_allow         (ChatContact          *self);      /* to see us: answers a request, or ahead of one */
void     chat_contact_refuse        (ChatContact          *self);      /* a request, what was allowed, or what was allowed ahead */
void     chat_contact_add_async     (ChatContact          *self,       /* to the roster, and asks */
                                     const char           *name,       /* (nullable) */
                                     const char *const    *groups,     /* (nullable) */
                                     const char           *text,       /* (nullable) words for them */
                                     gboolean              allow,      /* … and allows them, as far as may be */
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean chat_contact_add_finish    (ChatContact          *self,
                                     GAsyncResult         *result,
                                     GError              **error);     /* XMPP_STANZA_ERROR, G_IO_ERROR_NOT_CONNECTED */
void     chat_contact_change_async  (ChatContact          *self,       /* name and groups of one in the roster */
                                     const char           *name,       /* (nullable) */
                                     const char *const    *groups,     /* (nullable) */
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean chat_contact_change_finish (ChatContact          *self,
                                     GAsyncResult         *result,
                                     GError              **error);
void     chat_contact_remove_async  (ChatContact          *self,       /* from the roster: neither sees the other any more */
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean chat_contact_remove_finish (ChatContact          *self,
                                     GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
