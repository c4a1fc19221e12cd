/* The window of the accounts, with two that are online; and hands for its pages. */
#pragma once

#include "ui-accounts-window.h"
#include "ui-test.h"

G_BEGIN_DECLS

#define TYBALT "tybalt@capulet.example"

typedef struct {
  Chat        chat;      /* its account is Romeo's */
  FakeServer *capulet;   /* (owned) Tybalt's */
  GtkWidget  *window;    /* (owned, nullable) */
} Accounts;

void          accounts_set_up       (Accounts *self, gconstpointer data);
void          accounts_tear_down    (Accounts *self, gconstpointer data);
void          accounts_close        (Accounts *self);                            /* nothing may be left of the window */
ChatAccounts *accounts_list         (Accounts *self);
ChatAccount  *accounts_get          (Accounts *self, const char *address);       /* (nullable) */
gpointer      accounts_page         (Accounts *self);                            /* the one that is shown */
gpointer      accounts_open         (Accounts *self);                            /* Romeo's page */
gpointer      accounts_row          (Accounts *self, guint position);            /* (nullable) */
void          accounts_assert_page  (Accounts *self, GType type);
void          accounts_assert_rows  (Accounts *self, const char *expected);      /* names, with a space between */
gboolean      accounts_has_focus    (Accounts *self, gpointer widget);           /* on it or in it */
void          accounts_type         (gpointer widget, const char *entry, const char *text);
const char   *accounts_label        (gpointer widget, const char *name);
void          accounts_press        (gpointer widget, guint keyval, GdkModifierType modifiers);   /* a key that the widget has */
gpointer      accounts_find_window  (GType type);                                /* (nullable) */
void          accounts_respond      (Accounts *self, const char *button);        /* to the question that is asked */

G_END_DECLS
