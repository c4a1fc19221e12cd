/* A button that offers the one step which may mend an account. */
#include "ui-remedy.h"

#include "ui-account-words.h"

/**
 * ui_remedy_show:
 * @button: a button of nothing else
 * @account: what it is about
 *
 * Makes @button say and do what ui_account_remedy() tells, and hides it where there is nothing to be mended.
 */
void
ui_remedy_show (GtkButton   *button,
                ChatAccount *account)
{
  UiRemedy remedy = ui_account_remedy (account);

  gtk_widget_set_visible (GTK_WIDGET (button), remedy != UI_REMEDY_NONE);
  if (remedy == UI_REMEDY_NONE)
    return;
  gtk_button_set_label (button, ui_remedy_label (remedy));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", xmpp_jid_get_text (chat_account_get_jid (account)));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), ui_remedy_action (remedy));
}
