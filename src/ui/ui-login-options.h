/* The connection options of an account as a group of rows: server, port, security, device name, priority. */
#pragma once

#include <adwaita.h>

#include "xmpp-login.h"

G_BEGIN_DECLS

#define UI_TYPE_LOGIN_OPTIONS (ui_login_options_get_type ())
G_DECLARE_FINAL_TYPE (UiLoginOptions, ui_login_options, UI, LOGIN_OPTIONS, AdwPreferencesGroup)

/* Signals: "changed" when anything was typed or chosen, "activated" when Enter was pressed in an entry. */
GtkWidget *ui_login_options_new         (void);
void       ui_login_options_set_login   (UiLoginOptions  *self,
                                         const XmppLogin *login,
                                         int              priority);
gboolean   ui_login_options_read_login  (UiLoginOptions  *self,       /* into resource, host, port, security of login; */
                                         XmppLogin       *login,      /* FALSE: it says beneath an entry what is wrong */
                                         int             *priority);
gboolean   ui_login_options_is_valid    (UiLoginOptions  *self);
gboolean   ui_login_options_is_manual   (UiLoginOptions  *self);      /* server or port are given */
void       ui_login_options_show_error  (UiLoginOptions  *self,       /* beneath the server */
                                         const char      *sentence);

G_END_DECLS
