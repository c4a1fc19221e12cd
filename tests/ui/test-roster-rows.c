/* The contact list over a real roster: its groups and rows, what is folded, what opens, and what is selected. */
#include <adwaita.h>

#include "chat-test.h"
#include "ui-contacts-list.h"
#include "ui-open-selection.h"

typedef struct {
  Chat              chat;
  GtkWidget        *window;
  UiContactsList   *list;
  GtkListView      *view;
  ChatConversation *opened;   /* (owned, nullable) */
} Fixture;

static GtkWidget *
find_widget (GtkWidget *widget,
             GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_widget (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
collect_labels (GtkWidget *widget,
                GString   *text)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return;
  if (GTK_IS_LABEL (widget) && GTK_IS_TREE_EXPANDER (gtk_widget_get_ancestor (widget, GTK_TYPE_TREE_EXPANDER)))
    g_string_append_printf (text, "%s|", gtk_label_get_label (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!ADW_IS_AVATAR (child))
      collect_labels (child, text);
}

/* What can be read in the list, row after row. */
static char *
read_list (Fixture *fixture)
{
  GString *text = g_string_new (NULL);

  collect_labels (GTK_WIDGET (fixture->view), text);
  return g_string_free (text, FALSE);
}

/* The rows are made while the list is laid out, a frame after the model changed. */
static void
assert_reads (Fixture    *fixture,
              const char *expected)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  g_autofree char *text = read_list (fixture);

  while (g_strcmp0 (text, expected) != 0 && g_get_monotonic_time () < deadline) {
    gtk_widget_queue_allocate (GTK_WIDGET (fixture->view));
    g_main_context_iteration (NULL, TRUE);
    g_free (text);
    text = read_list (fixture);
  }
  g_assert_cmpstr (text, ==, expected);
}

static void
list_open_cb (Fixture          *fixture,
              ChatConversation *conversation)
{
  g_set_object (&fixture->opened, conversation);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  chat_set_up (&fixture->chat, NULL);
  chat_sign_in (&fixture->chat);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 600);
  fixture->list = UI_CONTACTS_LIST (ui_contacts_list_new ());
  g_signal_connect_swapped (fixture->list, "open", G_CALLBACK (list_open_cb), fixture);
  ui_contacts_list_set_core (fixture->list, fixture->chat.core);
  fixture->view = GTK_LIST_VIEW (find_widget (GTK_WIDGET (fixture->list), GTK_TYPE_LIST_VIEW));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->list));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->opened);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  chat_tear_down (&fixture->chat, NULL);
}

static void
activate (Fixture *fixture,
          guint    position)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->view), "list.activate-item", "u", position));
}

static void
test_groups (Fixture       *fixture,
             gconstpointer  data)
{
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");

  chat_hear_presence (&fixture->chat, NURSE "/kitchen", "<show>away</show><status>Fie, how my bones ache!</status>");
  assert_reads (fixture, "Capulets|1 of 2|Nurse|Fie, how my bones ache!|Juliet|Offline|"
                         "Friends|1 of 1|Nurse|Fie, how my bones ache!|");

  chat_hear_presence (&fixture->chat, NURSE "/kitchen", NULL);
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
}

static void
test_fold (Fixture       *fixture,
           gconstpointer  data)
{
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
  activate (fixture, 0);
  assert_reads (fixture, "Capulets|0 of 2|Friends|0 of 1|Nurse|Offline|");
  g_assert_null (fixture->opened);
  activate (fixture, 0);
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
}

/* Walking through the list selects nothing: the open conversation is selected, in every group its contact is in. */
static void
test_open (Fixture       *fixture,
           gconstpointer  data)
{
  GtkSelectionModel *model = gtk_list_view_get_model (fixture->view);

  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
  g_assert_false (gtk_selection_model_select_item (model, 2, TRUE));
  g_assert_false (gtk_selection_model_is_selected (model, 2));

  activate (fixture, 2);
  g_assert_true (fixture->opened == chat_with (&fixture->chat, NURSE));
  g_assert_false (gtk_selection_model_is_selected (model, 2));
  ui_contacts_list_set_open (fixture->list, fixture->opened);
  for (guint position = 0; position < g_list_model_get_n_items (G_LIST_MODEL (model)); position++)
    g_assert_cmpint (gtk_selection_model_is_selected (model, position), ==, position == 2 || position == 4);

  ui_contacts_list_set_open (fixture->list, NULL);
  g_assert_false (gtk_selection_model_is_selected (model, 2));
}

static void
test_unread (Fixture       *fixture,
             gconstpointer  data)
{
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
  chat_hear (&fixture->chat, JULIET "/balcony", "1", "Romeo!");
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|1|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
  chat_conversation_set_active (chat_with (&fixture->chat, JULIET), TRUE);
  assert_reads (fixture, "Capulets|0 of 2|Juliet|Offline|Nurse|Offline|Friends|0 of 1|Nurse|Offline|");
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add ("/roster-rows/groups", Fixture, NULL, set_up, test_groups, tear_down);
  g_test_add ("/roster-rows/fold", Fixture, NULL, set_up, test_fold, tear_down);
  g_test_add ("/roster-rows/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/roster-rows/unread", Fixture, NULL, set_up, test_unread, tear_down);
  return g_test_run ();
}
