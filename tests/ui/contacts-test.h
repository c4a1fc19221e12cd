/* The main window over an account that is online, and what the tests of contacts do with it and look at. */
#pragma once

#include "ui-test.h"
#include "ui-window.h"

G_BEGIN_DECLS

#define PARIS "paris@verona.example"   /* in nobody's roster */

typedef struct {
  Chat       chat;
  GSettings *settings;   /* (owned) */
  UiWindow  *window;
} Contacts;

void        contacts_set_up       (Contacts *fixture, gconstpointer data);        /* data: whether a consent can be given ahead */
void        contacts_tear_down    (Contacts *fixture, gconstpointer data);        /* nothing may be left of any window */
gpointer    contacts_find_window  (GType type);                                   /* (transfer none) (nullable) */
void        contacts_act          (Contacts *fixture, const char *action, const char *jid);   /* (nullable) jid: an action about nobody */
void        contacts_type         (gpointer widget, const char *name, const char *text);
const char *contacts_words        (gpointer widget, const char *name);            /* of a label */
gboolean    contacts_can_press    (gpointer widget, const char *name);
void        contacts_press        (gpointer widget, const char *key);             /* what the widget's class is bound to */
void        contacts_push         (Contacts *fixture, const char *item);          /* the server changes the roster */
void        contacts_hear_request (Contacts *fixture, const char *jid, const char *status);   /* XML within the presence */
void        contacts_go_offline   (Contacts *fixture);

G_END_DECLS
