/* The roster: restored, pushed, sorted in its groups, moved by presences, and smooth with ten thousand in it. */
#include "chat-test.h"

#define MANY 10000

static ChatGroup *
group (Chat *chat, guint position)
{
  g_autoptr (ChatGroup) found = g_list_model_get_item (G_LIST_MODEL (chat_core_get_roster (chat->core)), position);

  return found;
}

/* "Capulets: juliet nurse; Friends: nurse; : paris", with a star behind who is online. */
static char *
describe (Chat *chat)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GListModel *roster = G_LIST_MODEL (chat_core_get_roster (chat->core));

  for (guint i = 0; i < g_list_model_get_n_items (roster); i++) {
    guint online = 0;

    g_string_append_printf (text, "%s%s:", i > 0 ? "; " : "", chat_group_get_name (group (chat, i)));
    for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (group (chat, i))); j++) {
      g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (group (chat, i)), j);
      gboolean is_online = chat_contact_get_show (contact) != XMPP_SHOW_OFFLINE;

      g_string_append_printf (text, " %s%s", xmpp_jid_get_local (chat_contact_get_jid (contact)), is_online ? "*" : "");
      online += is_online;
    }
    g_assert_cmpuint (chat_group_get_n_online (group (chat, i)), ==, online);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_roster (Chat *chat, const char *expected)
{
  g_autofree char *text = NULL;

  chat_settle (chat);
  text = describe (chat);
  g_assert_cmpstr (text, ==, expected);
}

static void
push (Chat *chat, const char *item)
{
  fake_server_send (chat->server, "<iq type='set' id='p1'><query xmlns='jabber:iq:roster' ver='v2'>%s</query></iq>", item);
  chat_settle (chat);
  fake_server_forget (chat->server);
}

static void
test_push (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse");
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, JULIET)), ==, "Juliet");
  g_assert_true (chat_contact_sees_us (chat_contact (chat, JULIET)));

  push (chat, "<item jid='paris@verona.example' subscription='none' ask='subscribe'/>");
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse; : paris");
  g_assert_true (chat_contact_is_asked (chat_contact (chat, "paris@verona.example")));
  g_assert_false (chat_contact_sees_us (chat_contact (chat, "paris@verona.example")));
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, "paris@verona.example")), ==, "paris");

  push (chat, "<item jid='paris@verona.example' name='Aaron' subscription='to'><group>Capulets</group></item>");
  assert_roster (chat, "Capulets: paris juliet nurse; Friends: nurse");
  push (chat, "<item jid='" NURSE "' name='Nurse' subscription='both'><group>Friends</group><group>Allies</group></item>");
  assert_roster (chat, "Allies: nurse; Capulets: paris juliet; Friends: nurse");
  push (chat, "<item jid='" JULIET "' subscription='remove'/>");
  assert_roster (chat, "Allies: nurse; Capulets: paris; Friends: nurse");
  g_assert_false (chat_contact_is_contact (chat_contact (chat, JULIET)));
  push (chat, "<item jid='paris@verona.example' subscription='remove'/>");
  assert_roster (chat, "Allies: nurse; Friends: nurse");

  /* By a stranger, nothing changes. */
  fake_server_send (chat->server, "<iq type='set' id='x' from='" MERCUTIO "/x'><query xmlns='jabber:iq:roster'>"
                                  "<item jid='" NURSE "' subscription='remove'/></query></iq>");
  assert_roster (chat, "Allies: nurse; Friends: nurse");
}

static void
test_restore (Chat *chat, gconstpointer data)
{
  XmppNode *get;

  chat_sign_in (chat);
  push (chat, "<item jid='paris@verona.example' subscription='to'/>");
  push (chat, "<item jid='" JULIET "' subscription='remove'/>");
  chat_settle (chat);
  chat_restart (chat);
  chat_load (chat);
  g_assert_nonnull (chat->account);
  assert_roster (chat, "Capulets: nurse; Friends: nurse; : paris");
  g_assert_true (chat_contact_sees_us (chat_contact (chat, NURSE)));

  /* The server is told what is known, and sends it all because it has forgotten. */
  fake_server_login (chat->server, OWN_FULL);
  get = fake_server_find (chat->server, "<iq type='get'><query xmlns='jabber:iq:roster' ver='v2'/></iq>");
  fake_server_reply (chat->server, get, "<query xmlns='jabber:iq:roster' ver='v3'>" ROSTER "</query>");
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse");

  chat_restart (chat);
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  chat_load (chat);
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse");
}

/* The disk is full when the server tells of somebody, and not any more when it tells of the next one. It tells neither
 * again, so the version must not be kept without the first. */
static void
test_full (Chat *chat, gconstpointer data)
{
  g_autofree char *name = chat_long_line ("Paris");
  g_autofree char *item = g_strdup_printf ("<item jid='paris@verona.example' name='%s' subscription='to'/>", name);

  chat_sign_in (chat);
  chat_set_room (chat, FALSE);
  push (chat, item);
  chat_set_room (chat, TRUE);
  push (chat, "<item jid='" MERCUTIO "' subscription='to'/>");
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  fake_server_forget (chat->server);

  chat_restart (chat);
  chat_load (chat);
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse; : mercutio paris");
}

static void
test_presence (Chat *chat, gconstpointer data)
{
  g_autoptr (Watch) capulets = NULL;
  ChatContact *nurse;

  chat_sign_in (chat);
  nurse = chat_contact (chat, NURSE);
  capulets = watch_new (group (chat, 0));
  chat_hear_presence (chat, NURSE "/hall", "<status>Madam!\n\nMadam!</status>");
  assert_roster (chat, "Capulets: nurse* juliet; Friends: nurse*");
  g_assert_cmpuint (watch_take (capulets), ==, 1);
  g_assert_cmpint (chat_contact_get_show (nurse), ==, XMPP_SHOW_AVAILABLE);
  g_assert_null (strchr (chat_contact_get_status (nurse), '\n'));

  /* Free to chat is not more than available, away is less. */
  chat_hear_presence (chat, JULIET "/balcony", "<show>chat</show>");
  assert_roster (chat, "Capulets: juliet* nurse*; Friends: nurse*");
  chat_hear_presence (chat, JULIET "/balcony", "<show>away</show>");
  assert_roster (chat, "Capulets: nurse* juliet*; Friends: nurse*");

  /* The higher priority speaks for her, whatever it shows; a negative one only when it is alone. */
  chat_hear_presence (chat, NURSE "/phone", "<show>dnd</show><priority>5</priority>");
  chat_settle (chat);
  g_assert_cmpint (chat_contact_get_show (nurse), ==, XMPP_SHOW_DND);
  g_assert_cmpuint (chat_contact_count_devices (nurse), ==, 2);
  chat_hear_presence (chat, NURSE "/phone", "<show>chat</show><priority>-1</priority>");
  chat_settle (chat);
  g_assert_cmpint (chat_contact_get_show (nurse), ==, XMPP_SHOW_AVAILABLE);
  chat_hear_presence (chat, NURSE "/hall", NULL);
  chat_settle (chat);
  g_assert_cmpint (chat_contact_get_show (nurse), ==, XMPP_SHOW_CHAT);
  g_assert_null (chat_contact_get_status (nurse));

  /* The same priority: the most reachable one. */
  chat_hear_presence (chat, NURSE "/hall", "<show>xa</show><priority>-1</priority>");
  chat_settle (chat);
  g_assert_cmpint (chat_contact_get_show (nurse), ==, XMPP_SHOW_CHAT);

  /* The bare address speaks for all of them. */
  chat_hear_presence (chat, NURSE, NULL);
  assert_roster (chat, "Capulets: juliet* nurse; Friends: nurse");
  g_assert_cmpuint (chat_contact_count_devices (nurse), ==, 0);
}

static void
test_presence_error (Chat *chat, gconstpointer data)
{
  g_autofree char *error = NULL;

  chat_sign_in (chat);
  fake_server_send (chat->server,
                    "<presence type='error' from='" JULIET "'><error type='cancel'>"
                    "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");
  chat_settle (chat);
  g_object_get (chat_contact (chat, JULIET), "presence-error", &error, NULL);
  g_assert_cmpstr (error, ==, "remote-server-not-found");
  g_clear_pointer (&error, g_free);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  g_object_get (chat_contact (chat, JULIET), "presence-error", &error, NULL);
  g_assert_null (error);
}

/* Who is nobody to us stays nobody, and nobody has more devices than he can carry. */
static void
test_presence_of_others (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppJid) mercutio = xmpp_jid_new (MERCUTIO, NULL);
  g_autoptr (XmppJid) own = xmpp_jid_new (OWN, NULL);

  chat_sign_in (chat);
  chat_hear_presence (chat, MERCUTIO "/sword", "");
  chat_hear_presence (chat, OWN "/phone", "");
  chat_settle (chat);
  g_assert_null (chat_account_find_contact (chat->account, mercutio));
  g_assert_null (chat_account_find_contact (chat->account, own));
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse");

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *from = g_strdup_printf (JULIET "/%u", i);

    chat_hear_presence (chat, from, "");
  }
  chat_settle (chat);
  g_assert_cmpuint (chat_contact_count_devices (chat_contact (chat, JULIET)), <=, 64);
}

static void
test_offline (Chat *chat, gconstpointer data)
{
  g_autoptr (Watch) capulets = NULL;

  chat_sign_in (chat);
  chat_hear_presence (chat, NURSE "/hall", "");
  chat_hear_presence (chat, JULIET "/balcony", "<show>away</show>");
  assert_roster (chat, "Capulets: nurse* juliet*; Friends: nurse*");
  capulets = watch_new (group (chat, 0));
  fake_server_hang_up (chat->server);
  assert_roster (chat, "Capulets: juliet nurse; Friends: nurse");
  g_assert_cmpuint (watch_take (capulets), ==, 1);
}

/* Names come from others' mouths. */
static void
test_names (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  push (chat, "<item jid='paris@verona.example' name='Par\xe2\x80\xaeis\xe2\x81\xa6&#10;' subscription='to'>"
              "<group>Suit\xe2\x80\xaeors</group></item>");
  g_assert_null (strstr (chat_contact_get_name (chat_contact (chat, "paris@verona.example")), "\xe2\x80\xae"));
  g_assert_null (strchr (chat_contact_get_name (chat_contact (chat, "paris@verona.example")), '\n'));
  g_assert_null (strstr (chat_group_get_name (group (chat, 2)), "\xe2\x80\xae"));
  push (chat, "<item jid='paris@verona.example' name='\xe2\x80\xae' subscription='to'/>");
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, "paris@verona.example")), ==, "paris");
  push (chat, "<item jid='verona.example' subscription='to'/>");
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, "verona.example")), ==, "verona.example");
}

static void
count_groups_cb (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  *n += 1;
}

static void
test_many (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) roster = g_string_new (NULL);
  g_autoptr (GString) presences = g_string_new (NULL);
  g_autoptr (Watch) all = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  guint n = 0;

  for (guint i = 0; i < MANY; i++) {
    g_string_append_printf (roster, "<item jid='c%u@verona.example' subscription='both'><group>All</group>", i);
    g_string_append_printf (roster, "<group>G%u</group></item>", i % 20);
    g_string_append_printf (presences, "<presence from='c%u@verona.example/x' to='" OWN_FULL "'>", i);
    g_string_append_printf (presences, "<show>%s</show></presence>", i % 2 ? "away" : "dnd");
  }

  chat_load (chat);
  chat_prepare (chat);
  g_signal_connect (chat_core_get_roster (chat->core), "items-changed", G_CALLBACK (count_groups_cb), &n);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  chat_play_login (chat, roster->str);
  fake_wait (&result);
  chat_settle (chat);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_roster (chat->core))), ==, 21);
  g_assert_cmpuint (n, ==, 21);
  g_assert_cmpuint (chat_group_get_n_items (group (chat, 0)), ==, MANY);

  /* Ten thousand presences are a few changes; one is one. */
  all = watch_new (group (chat, 0));
  fake_server_send (chat->server, "%s", presences->str);
  chat_settle (chat);
  g_assert_cmpuint (chat_group_get_n_online (group (chat, 0)), ==, MANY);
  g_assert_cmpuint (watch_take (all), <, MANY / 10);

  chat_hear_presence (chat, "c9999@verona.example/x", "");
  chat_settle (chat);
  g_assert_cmpuint (watch_take (all), ==, 1);

  fake_server_hang_up (chat->server);
  chat_settle (chat);
  g_assert_cmpuint (watch_take (all), ==, 1);
  g_assert_cmpuint (chat_group_get_n_online (group (chat, 0)), ==, 0);
  g_assert_cmpuint (chat_group_get_n_online (group (chat, 20)), ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/roster/push", test_push },
    { "/roster/restore", test_restore },
    { "/roster/full", test_full },
    { "/roster/presence", test_presence },
    { "/roster/presence/error", test_presence_error },
    { "/roster/presence/of-others", test_presence_of_others },
    { "/roster/offline", test_offline },
    { "/roster/names", test_names },
    { "/roster/many", test_many },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
