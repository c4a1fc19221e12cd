/* One place that hears of every change in every account, for what shows them all together. */
#pragma once

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_WATCH (ui_account_watch_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountWatch, ui_account_watch, UI, ACCOUNT_WATCH, GObject)

/* Signal: "changed", without arguments. */
UiAccountWatch *ui_account_watch_new            (ChatCore       *core) G_GNUC_WARN_UNUSED_RESULT;
ChatAccount    *ui_account_watch_get_troubled   (UiAccountWatch *self);   /* (transfer none) (nullable) the one to speak of first */
guint           ui_account_watch_count_troubled (UiAccountWatch *self);
gboolean        ui_account_watch_get_online     (UiAccountWatch *self);   /* at least one is */
gboolean        ui_account_watch_get_enabled    (UiAccountWatch *self);   /* at least one is switched on */
XmppShow        ui_account_watch_get_show       (UiAccountWatch *self);   /* what is wanted; the most reachable, if they differ */
gboolean        ui_account_watch_get_mixed      (UiAccountWatch *self);   /* they do not all want to be seen alike */

G_END_DECLS
