/* The names that the chat layer's files know each other by. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChatPart ChatPart;

/* What an account is doing about being online. */
typedef enum {
  CHAT_ACCOUNT_OFFLINE,      /* wanted so */
  CHAT_ACCOUNT_CONNECTING,   /* "step" says where */
  CHAT_ACCOUNT_ONLINE,
  CHAT_ACCOUNT_WAITING,      /* will try again at "next-attempt"; "error" says why */
  CHAT_ACCOUNT_STUCK,        /* a person must act; "error" says why */
} ChatAccountState;

/* What kind of conversation it is, as the store has it. */
typedef enum {
  CHAT_KIND_PERSON,
} ChatKind;

#define CHAT_TYPE_CORE          (chat_core_get_type ())
#define CHAT_TYPE_ACCOUNT       (chat_account_get_type ())
#define CHAT_TYPE_ACCOUNTS      (chat_accounts_get_type ())
#define CHAT_TYPE_REQUESTS      (chat_requests_get_type ())
#define CHAT_TYPE_CONTACT       (chat_contact_get_type ())
#define CHAT_TYPE_GROUP         (chat_group_get_type ())
#define CHAT_TYPE_ROSTER        (chat_roster_get_type ())
#define CHAT_TYPE_CONVERSATION  (chat_conversation_get_type ())
#define CHAT_TYPE_CONVERSATIONS (chat_conversations_get_type ())
#define CHAT_TYPE_TIMELINE      (chat_timeline_get_type ())
#define CHAT_TYPE_MESSAGE       (chat_message_get_type ())

G_DECLARE_FINAL_TYPE (ChatCore, chat_core, CHAT, CORE, GObject)
G_DECLARE_FINAL_TYPE (ChatAccount, chat_account, CHAT, ACCOUNT, GObject)
G_DECLARE_FINAL_TYPE (ChatAccounts, chat_accounts, CHAT, ACCOUNTS, GObject)
G_DECLARE_FINAL_TYPE (ChatRequests, chat_requests, CHAT, REQUESTS, GObject)
G_DECLARE_FINAL_TYPE (ChatContact, chat_contact, CHAT, CONTACT, GObject)
G_DECLARE_FINAL_TYPE (ChatGroup, chat_group, CHAT, GROUP, GObject)
G_DECLARE_FINAL_TYPE (ChatRoster, chat_roster, CHAT, ROSTER, GObject)
G_DECLARE_FINAL_TYPE (ChatConversation, chat_conversation, CHAT, CONVERSATION, GObject)
G_DECLARE_FINAL_TYPE (ChatConversations, chat_conversations, CHAT, CONVERSATIONS, GObject)
G_DECLARE_FINAL_TYPE (ChatTimeline, chat_timeline, CHAT, TIMELINE, GObject)
G_DECLARE_FINAL_TYPE (ChatMessage, chat_message, CHAT, MESSAGE, GObject)

G_END_DECLS
