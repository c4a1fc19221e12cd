/* The presences as people see them: name, icon, and the word for settings and style classes. */
#include "ui-show.h"

#include <glib/gi18n.h>

/**
 * ui_show_name:
 * @show: a presence
 *
 * Returns: (transfer none): its name, translated
 */
const char *
ui_show_name (XmppShow show)
{
  switch (show) {
  case XMPP_SHOW_XA:
    return _("Extended away");
  case XMPP_SHOW_AWAY:
    return _("Away");
  case XMPP_SHOW_DND:
    return _("Do not disturb");
  case XMPP_SHOW_AVAILABLE:
    return _("Available");
  case XMPP_SHOW_CHAT:
    return _("Free to chat");
  case XMPP_SHOW_OFFLINE:
  default:
    return _("Offline");
  }
}

/**
 * ui_show_icon:
 * @show: a presence
 *
 * Returns: (transfer none): the name of its symbolic icon; no two have the same shape
 */
const char *
ui_show_icon (XmppShow show)
{
  switch (show) {
  case XMPP_SHOW_XA:
    return "presence-xa-symbolic";
  case XMPP_SHOW_AWAY:
    return "presence-away-symbolic";
  case XMPP_SHOW_DND:
    return "presence-dnd-symbolic";
  case XMPP_SHOW_AVAILABLE:
    return "presence-available-symbolic";
  case XMPP_SHOW_CHAT:
    return "presence-chat-symbolic";
  case XMPP_SHOW_OFFLINE:
  default:
    return "presence-offline-symbolic";
  }
}

/**
 * ui_show_id:
 * @show: a presence
 *
 * Returns: (transfer none): its name for settings, actions and style classes: as on the wire, and "available" and
 *   "offline"
 */
const char *
ui_show_id (XmppShow show)
{
  const char *name = xmpp_show_name (show);

  return name != NULL ? name : show == XMPP_SHOW_OFFLINE ? "offline" : "available";
}

/**
 * ui_show_from_id:
 * @id: what ui_show_id() gave
 *
 * Returns: the presence; available, if there is none by that name
 */
XmppShow
ui_show_from_id (const char *id)
{
  return g_strcmp0 (id, "offline") == 0 ? XMPP_SHOW_OFFLINE : xmpp_show_from_name (id);
}
