/* Fuzzes a session that is online, with every feature: stanzas from anybody, in an XML stream. Whatever was said, after
 * it a word from a contact arrives and a question of the server is answered, unless the stream was broken by it. */
#include "fuzz.h"
#include "world.h"
#include "xmpp-reader.h"

#define HEADER "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"

static void
opened_cb (XmppNode *header,
           gpointer  user_data)
{
}

static void
stanza_cb (XmppNode *stanza,
           gpointer  user_data)
{
  world_say (user_data, stanza);
}

static void
closed_cb (gpointer user_data)
{
  world_end (user_data, NULL);
}

static void
skipped_cb (XmppNode *start,
            gpointer  user_data)
{
  world_skip (user_data, start);
}

static const XmppReaderEvents events = { opened_cb, stanza_cb, closed_cb, skipped_cb };

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (World) world = world_new (TRUE);
  g_autoptr (XmppReader) reader = xmpp_reader_new (&events, world);
  g_autoptr (GError) error = NULL;

  world_sign_in (world);
  world_ask (world);
  xmpp_reader_feed (reader, HEADER, sizeof HEADER - 1, NULL);
  if (!xmpp_reader_feed (reader, (const char *) data, size, &error))
    world_end (world, error);
  world_check (world);
  base_clock_advance (world->clock, G_TIME_SPAN_MINUTE);
  world_settle (world);
  return 0;
}
