/* The quiet line where messages are missing that the archive still has: where they belong, and whether they come. */
#include "ui-gap.h"

#include <glib/gi18n.h>

struct _UiGap {
  AdwBin      parent_instance;

  GtkSpinner *spinner;
  GtkWidget  *waiting;
  GtkLabel   *sentence;
};

G_DEFINE_FINAL_TYPE (UiGap, ui_gap, ADW_TYPE_BIN)

/* In the moment between being online and the first question nothing is being read yet: it is about to be. */
static gboolean
is_coming (ChatAccount *account)
{
  ChatHistoryState state = chat_history_get_state (chat_account_get_history (account));

  return state == CHAT_HISTORY_READING
         || (state == CHAT_HISTORY_IDLE && chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE);
}

static const char *
sentence_of (UiGapPlace   place,
             ChatAccount *account)
{
  if (!is_coming (account))
    return chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE
               ? _("Messages are missing here. Linnet tries again by itself to load them.")
               : _("Messages are missing here. They are loaded once the account is online.");
  switch (place) {
  case UI_GAP_START:
    return _("Loading earlier messages…");
  case UI_GAP_END:
    return _("Loading what was said since…");
  case UI_GAP_BETWEEN:
  case UI_GAP_NONE:
  default:
    return _("Loading what was said in between…");
  }
}

static void
ui_gap_class_init (UiGapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_css_name (widget_class, "gap");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-gap.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGap, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiGap, waiting);
  gtk_widget_class_bind_template_child (widget_class, UiGap, sentence);
}

static void
ui_gap_init (UiGap *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_gap_new:
 *
 * Makes a line that stays hidden until something is missing.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_gap_new (void)
{
  return g_object_new (UI_TYPE_GAP, NULL);
}

/**
 * ui_gap_set:
 * @self: a line
 * @place: where messages are missing
 * @account: whose archive has them
 *
 * Says so, as things are at this moment.
 */
void
ui_gap_set (UiGap       *self,
            UiGapPlace   place,
            ChatAccount *account)
{
  gboolean coming;

  g_return_if_fail (UI_IS_GAP (self));

  coming = place != UI_GAP_NONE && is_coming (account);
  gtk_widget_set_visible (GTK_WIDGET (self), place != UI_GAP_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), coming);
  gtk_spinner_set_spinning (self->spinner, coming);
  gtk_widget_set_visible (self->waiting, !coming);
  if (place != UI_GAP_NONE)
    gtk_label_set_label (self->sentence, sentence_of (place, account));
}
