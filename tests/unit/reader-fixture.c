/* Somebody who listens to a reader and writes down what it says. */
#include "reader-fixture.h"

#include <string.h>

#include "xmpp-error.h"

static void
opened_cb (XmppNode *header,
           gpointer  user_data)
{
  Listener *listener = user_data;
  g_autofree char *text = xmpp_node_to_string (header);

  g_assert_null (xmpp_node_get_first (header));
  g_string_append_printf (listener->said, "opened %s\n", text);
}

static void
stanza_cb (XmppNode *stanza,
           gpointer  user_data)
{
  Listener *listener = user_data;
  g_autoptr (XmppNode) owned = stanza;

  g_free (listener->last);
  listener->last = xmpp_node_to_string (owned);
  listener->n_stanzas++;
  if (strlen (listener->last) < 10000)
    g_string_append_printf (listener->said, "stanza %s\n", listener->last);
}

static void
closed_cb (gpointer user_data)
{
  g_string_append (((Listener *) user_data)->said, "closed\n");
}

static void
skipped_cb (XmppNode *start,
            gpointer  user_data)
{
  Listener *listener = user_data;
  g_autoptr (XmppNode) owned = start;
  g_autofree char *text = xmpp_node_to_string (owned);

  g_assert_null (xmpp_node_get_first (owned));
  listener->n_skipped++;
  if (strlen (text) < 10000)
    g_string_append_printf (listener->said, "skipped %s\n", text);
}

static const XmppReaderEvents strict_events = { opened_cb, stanza_cb, closed_cb };
static const XmppReaderEvents patient_events = { opened_cb, stanza_cb, closed_cb, skipped_cb };

static Listener *
listener_new_for (const XmppReaderEvents *events)
{
  Listener *listener = g_new0 (Listener, 1);

  listener->said = g_string_new (NULL);
  listener->reader = xmpp_reader_new (events, listener);

  return listener;
}

Listener *
listener_new (void)
{
  return listener_new_for (&strict_events);
}

Listener *
listener_new_patient (void)
{
  return listener_new_for (&patient_events);
}

void
listener_free (Listener *listener)
{
  xmpp_reader_free (listener->reader);
  g_string_free (listener->said, TRUE);
  g_free (listener->last);
  g_free (listener);
}

gboolean
feed (Listener   *listener,
      const char *bytes,
      gsize       length)
{
  g_autoptr (GError) error = NULL;

  if (xmpp_reader_feed (listener->reader, bytes, length, &error))
    return TRUE;

  g_assert_true (error->domain == XMPP_STREAM_ERROR);
  g_string_append_printf (listener->said, "error %s\n", xmpp_stream_error_name (error->code));

  return FALSE;
}

gboolean
feed_text (Listener   *listener,
           const char *text)
{
  return feed (listener, text, strlen (text));
}
