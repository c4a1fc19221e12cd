/* The inside of an account, and what the rest of the chat layer needs of it: how it is made, closed and listened to. */
#pragma once

#include "chat-account.h"
#include "chat-link.h"
#include "chat-setup.h"
#include "store-accounts.h"
#include "store-messages.h"

G_BEGIN_DECLS

/* What the user does in the composer. */
typedef enum {
  CHAT_TYPED_NOTHING,     /* the text was deleted */
  CHAT_TYPED_SOMETHING,
  CHAT_TYPED_SENT,        /* the text went out, which says enough */
} ChatTyped;

/* For the files named chat-account… */
struct _ChatAccount {
  GObject                parent;
  ChatCore              *core;            /* (weak) */
  Store                 *store;           /* (owned) */
  XmppJid               *jid;             /* (owned) bare */
  XmppSession           *session;         /* (owned) */
  ChatLink              *link;            /* (owned) */
  ChatHistory           *history;         /* (owned) */
  GCancellable          *cancellable;     /* (owned) */
  GHashTable            *contacts;        /* (owned) XmppJid → ChatContact, who owns it */
  const ChatPart *const *parts;           /* NULL-ended */
  gpointer              *states;          /* (owned) of the parts, in their order */
  GPtrArray             *stored_roster;   /* (borrowed, nullable) while parts are attached */
  StoreAccountRow       *row;             /* (owned) as it is stored, or will be */
  char                  *common_status;   /* (owned, nullable) … */
  XmppShow               common_show;     /* … of all accounts: what it follows unless it has its own */
  gboolean               is_online;
  gboolean               is_kept;         /* what the server told us holds: from the first time online to the end */
  gboolean               is_row_newer;    /* than what is being stored for the first time */
  gboolean               is_changing;     /* its password, on the server */
  gboolean               is_leaving;      /* it is being removed, and stays offline … */
  gboolean               is_sealed;       /* … and nothing of it goes to the store any more */
};

StoreAccountRow *chat_account_copy_row    (const StoreAccountRow *row) G_GNUC_WARN_UNUSED_RESULT;
void             chat_account_attach_parts (ChatAccount          *self,
                                           GPtrArray             *roster); /* (nullable) of StoreRosterRow */
void             chat_account_follow_link (ChatAccount           *self);   /* tells the parts and the properties */
void             chat_account_save        (ChatAccount           *self);   /* its row, at once or with its first sign-in */
void             chat_account_apply_presence (ChatAccount        *self);   /* of all accounts, or its own */
gboolean         chat_account_is_gone     (ChatAccount           *self);

/* For everybody in this layer. Property "id", notified. Signals, of what the user does in the account's conversations:
 * "typed" (ChatConversation, ChatTyped as int), "written" (ChatConversation, StoreMessageRow, to be copied), "retried"
 * (ChatConversation, messages.id as gint64). */
ChatAccount *chat_account_new               (ChatCore              *core,       /* (not owned) */
                                             const ChatCoreSetup   *setup,      /* used while it is made; lists must outlive it */
                                             const StoreAccountRow *row,
                                             GPtrArray             *roster) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) of StoreRosterRow */
void         chat_account_shut              (ChatAccount           *self);      /* the core is going away */
void         chat_account_orphan            (ChatAccount           *self);      /* … or the account alone */
void         chat_account_follow_presence   (ChatAccount           *self,       /* that of all accounts */
                                             XmppShow               show,
                                             const char            *status,     /* (nullable) */
                                             gboolean               ends_own);  /* an own one does not count any more */
gboolean     chat_account_is_following      (ChatAccount           *self,
                                             XmppShow               show,
                                             const char            *status);    /* (nullable) */
void         chat_account_set_asleep        (ChatAccount           *self,       /* TRUE: its link is given up, to be resumed */
                                             gboolean               asleep);
gboolean     chat_account_is_default        (ChatAccount           *self);
void         chat_account_set_default       (ChatAccount           *self,
                                             gboolean               is_default);
gint64       chat_account_get_position      (ChatAccount           *self);
void         chat_account_set_position      (ChatAccount           *self,       /* as it is stored already, or will be */
                                             gint64                 position);
gboolean     chat_account_leave             (ChatAccount           *self);      /* it is being removed; FALSE: that goes on already */
void         chat_account_seal              (ChatAccount           *self);      /* nothing of it may be stored any more */
void         chat_account_stay              (ChatAccount           *self);      /* it could not be removed */
void         chat_account_forget_password_async  (ChatAccount      *self,       /* in the keyring, for ever */
                                             GAsyncReadyCallback    callback,
                                             gpointer               user_data);
gboolean     chat_account_forget_password_finish (ChatAccount      *self,
                                             GAsyncResult          *result,
                                             GError               **error);
void         chat_account_renew_password    (ChatAccount           *self);      /* the keyring may have lost it */
GPtrArray   *chat_account_get_stored_roster (ChatAccount           *self,       /* (nullable) while parts are attached */
                                             const char           **version);   /* (nullable) */
GPtrArray   *chat_account_list_contacts     (ChatAccount           *self) G_GNUC_WARN_UNUSED_RESULT;   /* everybody known, strangers too */
void         chat_account_emit_typed        (ChatAccount           *self,
                                             ChatConversation      *conversation,
                                             ChatTyped              typed);
void         chat_account_emit_written      (ChatAccount           *self,
                                             ChatConversation      *conversation,
                                             const StoreMessageRow *row);
void         chat_account_emit_retried      (ChatAccount           *self,
                                             ChatConversation      *conversation,
                                             gint64                 id);
void         chat_account_close_async       (ChatAccount           *self,       /* says goodbye; what came in is on its way to the store */
                                             GCancellable          *cancellable,
                                             GAsyncReadyCallback    callback,
                                             gpointer               user_data);
gboolean     chat_account_close_finish      (ChatAccount           *self,
                                             GAsyncResult          *result,
                                             GError               **error);

G_END_DECLS
