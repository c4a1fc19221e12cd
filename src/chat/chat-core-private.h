/* The inside of the core, for the files named chat-core… */
#pragma once

#include "chat-core.h"

G_BEGIN_DECLS

struct _ChatCore {
  GObject            parent;
  ChatCoreSetup      setup;           /* its objects are owned */
  ChatAccounts      *accounts;        /* (owned) */
  ChatConversations *conversations;   /* (owned) */
  ChatRoster        *roster;          /* (owned) */
  ChatRequests      *requests;        /* (owned) */
  XmppShow           show;
  char              *status;          /* (owned, nullable) */
  gboolean           inattentive;     /* nobody looks */
  gboolean           asleep;          /* the computer does, or is about to … */
  guint              rest_timer;      /* … for so long at most, 0: none */
  guint              n_removals;      /* under way */
  GQueue             closers;         /* of GTask, owned: who waits for the end of the removals */
};

void chat_core_spread_presence (ChatCore *self,
                                gboolean  ends_own);   /* of an account alone */
void chat_core_introduce       (ChatCore    *self,
                                ChatAccount *account);   /* one that was just made */
void chat_core_stop_resting    (ChatCore *self);
void chat_core_begin_removal   (ChatCore *self);
void chat_core_end_removal     (ChatCore *self);

G_END_DECLS
