/* A window with one widget of the conversation page in it, over the whole chat layer; every frame can be looked at. */
#pragma once

#include <adwaita.h>

#include "chat-conversation-private.h"
#include "chat-test.h"

G_BEGIN_DECLS

typedef struct {
  Chat              chat;           /* its account is stored, not enabled: nothing connects by itself */
  GtkWidget        *window;         /* (owned) */
  ChatConversation *conversation;   /* (owned) with Juliet */
} Ui;

/* Called after each frame that was painted. */
typedef void (*UiProbe) (gpointer data);

/* Accounts beside the chat's own. A server is freed after chat_tear_down(). */
FakeServer  *ui_sign_in_other (Chat *chat, const char *address, const char *roster) G_GNUC_WARN_UNUSED_RESULT;   /* online, over a server of its own */
ChatAccount *ui_account       (Chat *chat, const char *address);               /* (transfer none) never NULL */

void       ui_test_init       (int *argc, char ***argv);                       /* GTK, and Linnet's style */
void       ui_set_up          (Ui *ui, gconstpointer data);                    /* data: how many lines there are already */
void       ui_tear_down       (Ui *ui, gconstpointer data);                    /* nothing may be left of the window */
void       ui_show            (Ui *ui, GtkWidget *child, int width, int height);
void       ui_frames          (Ui *ui, guint n);                               /* until n more frames were painted */
void       ui_settle          (Ui *ui);                                        /* … and neither loop nor store has anything to do */
gulong     ui_probe           (Ui *ui, UiProbe probe, gpointer data);
void       ui_probe_end       (Ui *ui, gulong probe);
void       ui_hear            (Ui *ui, guint n, const char *format, ...) G_GNUC_PRINTF (3, 4);   /* n lines at once: stored, then shown */
gint64     ui_add_line        (Ui *ui, gboolean outgoing, StoreMessageState state, gint64 sent_at, const char *body);   /* its id; without showing it */
void       ui_set_state       (Ui *ui, gint64 id, StoreMessageState state, const char *reason);  /* stored, then shown */
gpointer   ui_find            (gpointer widget, GType type);                   /* the first below it; never NULL */
gpointer   ui_find_named      (gpointer widget, const char *name);             /* … that is called so in its template */
GtkWidget *ui_find_button     (gpointer widget, const char *label);
gboolean   ui_is_visible      (gpointer widget, const char *name);
void       ui_click           (GtkWidget *button);
double     ui_y               (gpointer widget, gpointer in);                  /* its upper edge */

G_END_DECLS
