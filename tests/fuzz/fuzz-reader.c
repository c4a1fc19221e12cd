/* Fuzzes xmpp-reader: the same bytes, whole or cut anywhere, come to the same; a stanza is read again from its text.
 *
 * The byte 0x01, which no stream may have, stands for many of the byte after it: so the limits come within reach. */
#include "fuzz.h"
#include "xmpp-error.h"
#include "xmpp-reader.h"

#define MANY      20000
#define MAX_BYTES (40 * MANY)
#define MAX_CUT   4096          /* bytes; more are not cut into single ones */

static GByteArray *
unfold (const guint8 *data,
        gsize         size)
{
  GByteArray *bytes = g_byte_array_new ();

  for (gsize i = 0; i < size && bytes->len < MAX_BYTES; i++) {
    if (data[i] != 1 || i + 1 == size) {
      g_byte_array_append (bytes, &data[i], 1);
      continue;
    }
    i++;
    for (guint n = 0; n < MANY; n++)
      g_byte_array_append (bytes, &data[i], 1);
  }
  return bytes;
}

static void
say (GString    *said,
     const char *what,
     XmppNode   *node)
{
  g_autofree char *text = xmpp_node_to_string (node);

  g_string_append_printf (said, "%s %s\n", what, text);
}

static void
opened_cb (XmppNode *header,
           gpointer  user_data)
{
  say (user_data, "opened", header);
}

static void
stanza_cb (XmppNode *stanza,
           gpointer  user_data)
{
  g_autoptr (XmppNode) owned = stanza;
  g_autofree char *text = xmpp_node_to_string (owned);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) again = xmpp_reader_parse (text, -1, &error);
  g_autofree char *again_text = NULL;

  g_assert_no_error (error);
  again_text = xmpp_node_to_string (again);
  g_assert_cmpstr (text, ==, again_text);
  say (user_data, "stanza", owned);
}

static void
closed_cb (gpointer user_data)
{
  g_string_append (user_data, "closed\n");
}

static void
skipped_cb (XmppNode *start,
            gpointer  user_data)
{
  g_autoptr (XmppNode) owned = start;

  say (user_data, "skipped", owned);
}

static const XmppReaderEvents events = { opened_cb, stanza_cb, closed_cb, skipped_cb };

/* Everything that a reader says of these bytes, in pieces of up to @cut bytes; 0: whole. */
static char *
read_all (const GByteArray *bytes,
          guint             cut)
{
  GString *said = g_string_new (NULL);
  g_autoptr (XmppReader) reader = xmpp_reader_new (&events, said);
  g_autoptr (GRand) random = g_rand_new_with_seed (bytes->len);
  g_autoptr (GError) error = NULL;

  for (guint at = 0; at < bytes->len && error == NULL;) {
    guint length = cut == 0 ? bytes->len : cut == 1 ? 1 : (guint) g_rand_int_range (random, 1, (int) cut);
    g_autofree char *piece = NULL;

    length = MIN (length, bytes->len - at);
    piece = g_memdup2 (bytes->data + at, length);
    if (!xmpp_reader_feed (reader, piece, length, &error))
      g_string_append_printf (said, "error %s\n", xmpp_stream_error_name (error->code));
    at += length;
  }
  return g_string_free (said, FALSE);
}

static void
read_document (const GByteArray *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) document = xmpp_reader_parse ((const char *) bytes->data, bytes->len, &error);
  gboolean is_skipped = FALSE;
  g_autoptr (GError) stanza_error = NULL;
  g_autoptr (XmppNode) stanza = xmpp_reader_parse_stanza ((const char *) bytes->data, bytes->len, &is_skipped,
                                                          &stanza_error);

  g_assert_true ((document == NULL) == (error != NULL));
  g_assert_true ((stanza == NULL) == (stanza_error != NULL));
  if (document != NULL) {
    g_autoptr (GError) read = xmpp_error_from_stream_node (document);
    g_autoptr (GError) read_stanza = xmpp_error_from_stanza (document);

    g_assert_nonnull (read);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GByteArray) bytes = unfold (data, size);
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;

  if (bytes->len == 0)
    return 0;
  whole = read_all (bytes, 0);
  cut = read_all (bytes, bytes->len <= MAX_CUT ? 40 : 4000);
  g_assert_cmpstr (cut, ==, whole);
  if (bytes->len <= MAX_CUT) {
    g_autofree char *single = read_all (bytes, 1);

    g_assert_cmpstr (single, ==, whole);
  }
  read_document (bytes);
  return 0;
}
