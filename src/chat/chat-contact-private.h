/* The inside of a contact, for chat-contact.c, which says what can be asked of it, and chat-contact-news.c. */
#pragma once

#include "chat-contact.h"
#include "chat-devices.h"

G_BEGIN_DECLS

struct _ChatContact {
  GObject         parent;
  ChatAccount    *account;          /* (weak) */
  XmppJid        *jid;              /* (owned) bare */
  XmppRosterItem *item;             /* (owned, nullable) */
  char           *name;             /* (owned) */
  char           *sort_key;         /* (owned) */
  ChatDevices    *devices;          /* (owned) */
  XmppShow        show;             /* as it was announced, like the next two */
  char           *status;           /* (owned, nullable) */
  guint           n_devices;
  char           *presence_error;   /* (owned, nullable) */
  gboolean        is_asking;        /* to see us */
  char           *request_text;     /* (owned, nullable) their words, fit to be shown */
};

void chat_contact_update_name (ChatContact *self);

G_END_DECLS
