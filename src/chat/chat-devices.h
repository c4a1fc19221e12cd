/* The devices that one person is online with, of which one speaks for them. */
#pragma once

#include "xmpp-presence.h"

G_BEGIN_DECLS

typedef struct _ChatDevices ChatDevices;

ChatDevices *chat_devices_new        (void) G_GNUC_WARN_UNUSED_RESULT;
void         chat_devices_free       (ChatDevices       *self);
void         chat_devices_take       (ChatDevices       *self,
                                      XmppPresence      *presence);   /* available or unavailable, from one of their addresses */
void         chat_devices_clear      (ChatDevices       *self);
guint        chat_devices_count      (const ChatDevices *self);
XmppShow     chat_devices_get_show   (const ChatDevices *self);       /* of the best one */
const char  *chat_devices_get_status (const ChatDevices *self);       /* (nullable) likewise; one line, fit to be shown */

G_END_DECLS
