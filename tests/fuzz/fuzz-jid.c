/* Fuzzes xmpp-jid: an address that was read is read from its own text as the same one, and its parts make it up. */
#include <string.h>

#include "fuzz.h"
#include "xmpp-jid.h"

static void
check_parts (XmppJid *jid)
{
  const char *local = xmpp_jid_get_local (jid), *resource = xmpp_jid_get_resource (jid);
  g_autofree char *text = g_strconcat (local != NULL ? local : "", local != NULL ? "@" : "", xmpp_jid_get_domain (jid),
                                       resource != NULL ? "/" : "", resource, NULL);
  g_autofree char *ascii = xmpp_jid_ascii_domain (jid);
  g_autoptr (XmppJid) old = xmpp_jid_old_spelling (jid);

  g_assert_cmpstr (text, ==, xmpp_jid_get_text (jid));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <=, 3 * 1023 + 2);
  g_assert_true (xmpp_jid_is_bare (jid) == (resource == NULL));
  g_assert_true (xmpp_jid_equal_bare (jid, xmpp_jid_get_bare (jid)));
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_jid_get_server (jid)), ==, xmpp_jid_get_domain (jid));
  g_assert_nonnull (ascii);
  g_assert_true (xmpp_jid_is_bare (old));
}

static void
check (XmppJid *jid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) again = xmpp_jid_new (xmpp_jid_get_text (jid), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_jid_get_text (again), ==, xmpp_jid_get_text (jid));
  g_assert_true (xmpp_jid_equal (jid, again));
  g_assert_cmpuint (xmpp_jid_hash (jid), ==, xmpp_jid_hash (again));
  check_parts (jid);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) sent = xmpp_jid_new (text, &error);
  g_autoptr (XmppJid) typed = xmpp_jid_new_typed (text, NULL);

  g_assert_true ((sent == NULL) == (error != NULL));
  if (sent != NULL)
    check (sent);
  if (typed != NULL)
    check (typed);
  if (sent != NULL && xmpp_jid_get_resource (sent) != NULL) {
    g_autoptr (XmppJid) full = xmpp_jid_with_resource (sent, xmpp_jid_get_resource (sent), NULL);

    g_assert_true (xmpp_jid_equal (sent, full));
  }
  return 0;
}
