/* Fuzzes link recognition: links stand in order, end where characters do, and have one of the four schemes. */
#include <string.h>

#include "base-text.h"
#include "fuzz.h"
#include "xmpp-uri.h"

static void
check (const char *text,
       gsize       start,
       gsize       end)
{
  static const char *const schemes[] = { "https://", "http://", "xmpp:", "mailto:" };
  g_autofree char *link = g_strndup (text + start, end - start);
  gboolean is_known = FALSE;

  g_assert_true (g_utf8_validate (link, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    is_known = is_known || g_ascii_strncasecmp (link, schemes[i], strlen (schemes[i])) == 0;
  g_assert_true (is_known);

  if (g_ascii_strncasecmp (link, "xmpp:", 5) == 0) {
    g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (link, NULL);

    g_assert_true (uri == NULL || xmpp_uri_get_jid (uri) != NULL);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GArray) links = base_text_links (text);
  gsize at = 0;

  for (guint i = 0; i < links->len; i++) {
    const BaseTextLink *link = &g_array_index (links, BaseTextLink, i);

    g_assert_cmpuint (link->start, >=, at);
    g_assert_cmpuint (link->end, >, link->start);
    check (text, link->start, link->end);
    at = link->end;
  }
  g_assert_cmpuint (at, <=, size);
  return 0;
}
