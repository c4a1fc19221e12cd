/* The main window over an account that is online, and what the tests of contacts do with it and look at. */
#include "contacts-test.h"

/* @data: whether the server keeps a consent that nobody has asked for. */
void
contacts_set_up (Contacts *fixture, gconstpointer data)
{
  chat_set_up (&fixture->chat, NULL);
  if (GPOINTER_TO_INT (data))
    fake_server_set_features (fixture->chat.server, "<ver xmlns='urn:xmpp:features:rosterver'/>"
                                                    "<sub xmlns='urn:xmpp:features:pre-approval'/>");
  fixture->settings = g_settings_new ("im.linnet.Linnet");
  g_settings_set_string (fixture->settings, "sidebar-page", "contacts");
  fixture->window = ui_window_new (NULL, fixture->settings);
  gtk_window_present (GTK_WINDOW (fixture->window));
  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  while (!gtk_widget_get_mapped (ui_find_named (fixture->window, "leaflet")))
    g_main_context_iteration (NULL, TRUE);
}

/* Nothing may be left of the window and of whatever was opened over it. */
void
contacts_tear_down (Contacts *fixture, gconstpointer data)
{
  gpointer window = fixture->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  chat_settle (&fixture->chat);
  g_assert_null (window);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 0);
  g_settings_reset (fixture->settings, "sidebar-page");
  g_clear_object (&fixture->settings);
  chat_tear_down (&fixture->chat, NULL);
}

/* --- windows --- */

/* (nullable) */
gpointer
contacts_find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (g_type_is_a (G_OBJECT_TYPE (window), type))
      return window;
  }
  return NULL;
}

void
contacts_act (Contacts *fixture, const char *action, const char *jid)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action,
                                  jid != NULL ? g_variant_new ("(ss)", OWN, jid) : NULL);
}

void
contacts_type (gpointer widget, const char *name, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (ui_find_named (widget, name)), text);
}

const char *
contacts_words (gpointer widget, const char *name)
{
  return gtk_label_get_label (ui_find_named (widget, name));
}

gboolean
contacts_can_press (gpointer widget, const char *name)
{
  GtkWidget *button = ui_find_named (widget, name);

  return gtk_widget_is_visible (button) && gtk_widget_is_sensitive (button);
}

/* What a key does that the widget's class is bound to. */
void
contacts_press (gpointer widget, const char *key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller)
                      && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
      g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

      if (g_str_equal (trigger, key)) {
        gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                      gtk_shortcut_get_arguments (shortcut));
        return;
      }
    }
  }
  g_assert_not_reached ();
}

void
contacts_push (Contacts *fixture, const char *item)
{
  fake_server_send (fixture->chat.server, "<iq type='set' id='push'><query xmlns='jabber:iq:roster'>%s</query></iq>",
                    item);
  chat_settle (&fixture->chat);
}

void
contacts_hear_request (Contacts *fixture, const char *jid, const char *status)
{
  fake_server_send (fixture->chat.server, "<presence from='%s' to='" OWN "' type='subscribe'>%s</presence>", jid,
                    status);
  chat_settle (&fixture->chat);
}

void
contacts_go_offline (Contacts *fixture)
{
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_WAITING);
}
