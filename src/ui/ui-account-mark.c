/* Which account something belongs to: its initial on its colour, shown only where there are several. */
#include "ui-account-mark.h"

#include "chat-account-settings.h"
#include "chat-core.h"
#include "ui-account-words.h"

struct _UiAccountMark {
  GtkWidget      parent_instance;

  GSignalGroup  *account_signals;    /* its target is the account */
  GSignalGroup  *accounts_signals;   /* … and the list that it is in */

  GtkWidget     *initial;
};

G_DEFINE_FINAL_TYPE (UiAccountMark, ui_account_mark, GTK_TYPE_WIDGET)

/* Whoever says the mark in words of his own follows the tooltip. */
static void
account_changed_cb (UiAccountMark *self)
{
  g_autoptr (ChatAccount) account = g_signal_group_dup_target (self->account_signals);
  g_autofree char *words = account != NULL ? ui_account_among (account) : NULL;
  g_autofree char *colour = NULL;
  char initial[7] = { 0 };

  if (words != NULL) {
    colour = g_strdup_printf ("account-colour-%u", chat_account_get_colour (account));
    g_unichar_to_utf8 (g_unichar_totitle (g_utf8_get_char (chat_account_get_label (account))), initial);
    gtk_label_set_label (GTK_LABEL (self->initial), initial);
    gtk_widget_set_css_classes (GTK_WIDGET (self), (const char *[]) { colour, NULL });
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  }
  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
}

/* A mark has no baseline: a GtkBox of GTK 4.8 would align it, and ask for another height with than without a width. */
static void
ui_account_mark_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  gtk_widget_measure (UI_ACCOUNT_MARK (widget)->initial, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
ui_account_mark_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  gtk_widget_allocate (UI_ACCOUNT_MARK (widget)->initial, width, height, -1, NULL);
}

static void
ui_account_mark_dispose (GObject *object)
{
  UiAccountMark *self = UI_ACCOUNT_MARK (object);

  g_clear_object (&self->account_signals);
  g_clear_object (&self->accounts_signals);
  g_clear_pointer (&self->initial, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_account_mark_parent_class)->dispose (object);
}

static void
ui_account_mark_class_init (UiAccountMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_account_mark_dispose;
  widget_class->measure = ui_account_mark_measure;
  widget_class->size_allocate = ui_account_mark_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "accountmark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ui_account_mark_init (UiAccountMark *self)
{
  self->initial = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                "single-line-mode", TRUE, NULL);
  gtk_widget_set_parent (self->initial, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);

  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::label", G_CALLBACK (account_changed_cb), self);
  g_signal_group_connect_swapped (self->account_signals, "notify::colour", G_CALLBACK (account_changed_cb), self);
  self->accounts_signals = g_signal_group_new (CHAT_TYPE_ACCOUNTS);
  g_signal_group_connect_swapped (self->accounts_signals, "items-changed", G_CALLBACK (account_changed_cb), self);
}

/**
 * ui_account_mark_new:
 *
 * Makes a mark of no account yet, which is hidden.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_account_mark_new (void)
{
  return g_object_new (UI_TYPE_ACCOUNT_MARK, NULL);
}

/**
 * ui_account_mark_set_account:
 * @self: a mark
 * @account: (nullable): whose mark it is
 *
 * Shows @account while there are other accounts, and hides the mark while there are none. Its tooltip says it in words.
 */
void
ui_account_mark_set_account (UiAccountMark *self,
                             ChatAccount   *account)
{
  ChatCore *core = account != NULL ? chat_account_get_core (account) : NULL;

  g_return_if_fail (UI_IS_ACCOUNT_MARK (self));

  g_signal_group_set_target (self->account_signals, account);
  g_signal_group_set_target (self->accounts_signals, core != NULL ? chat_core_get_accounts (core) : NULL);
  account_changed_cb (self);
}
