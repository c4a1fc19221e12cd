/* What a part is: one concern of an account that has a life of its own (inbox, roster, typing …), as a const table. */
#pragma once

#include "chat-types.h"
#include "xmpp-message.h"

G_BEGIN_DECLS

struct _ChatPart {
  const char *name;
  gsize       state_size;                                        /* bytes, zeroed, one per account */
  void (*attach)   (ChatAccount *account, gpointer state);       /* (nullable) the account was made; its session exists, nothing is connected */
  void (*online)   (ChatAccount *account, gpointer state);       /* (nullable) by itself or resumed: xmpp_session_is_resumed() */
  void (*offline)  (ChatAccount *account, gpointer state);       /* (nullable) the link is lost, or closed */
  void (*ended)    (ChatAccount *account, gpointer state);       /* (nullable) after offline: what the server told us holds no longer */
  void (*message)  (ChatAccount *account, gpointer state,        /* (nullable) each message, as it comes */
                    ChatContact *contact, XmppMessage *message);
  void (*closed)   (ChatAccount *account, gpointer state);       /* (nullable) the goodbye is said: nothing more comes */
  void (*detach)   (ChatAccount *account, gpointer state);       /* (nullable) free what state owns */
};

G_END_DECLS
