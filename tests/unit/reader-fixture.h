/* Somebody who listens to a reader and writes down what it says. */
#pragma once

#include "xmpp-reader.h"

G_BEGIN_DECLS

#define STREAM "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
#define OPENED "opened <stream xmlns='http://etherx.jabber.org/streams' version='1.0'/>\n"
#define BYTES(text) text, sizeof (text) - 1

typedef struct {
  XmppReader *reader;
  GString    *said;        /* "opened <…>", "stanza <…>", "skipped <…>", "closed", "error name", each on its line */
  guint       n_stanzas;
  guint       n_skipped;
  char       *last;        /* (nullable) the last stanza; in said only if it is short */
} Listener;

Listener *listener_new  (void) G_GNUC_WARN_UNUSED_RESULT;           /* a limit ends the stream … */
Listener *listener_new_patient (void) G_GNUC_WARN_UNUSED_RESULT;    /* … or has the stanza skipped */
void      listener_free (Listener   *listener);
gboolean  feed          (Listener   *listener,
                         const char *bytes,
                         gsize       length);
gboolean  feed_text     (Listener   *listener,
                         const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listener, listener_free)

G_END_DECLS
