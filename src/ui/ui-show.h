/* The presences as people see them: name, icon, and the word for settings and style classes. */
#pragma once

#include "xmpp-presence.h"

G_BEGIN_DECLS

const char *ui_show_name    (XmppShow    show);
const char *ui_show_icon    (XmppShow    show);
const char *ui_show_id      (XmppShow    show);
XmppShow    ui_show_from_id (const char *id);

G_END_DECLS
