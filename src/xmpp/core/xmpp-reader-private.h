/* What the files of the reader share. */
#pragma once

#include <libxml/parser.h>

#include "xmpp-error.h"
#include "xmpp-lexer.h"
#include "xmpp-reader.h"

G_BEGIN_DECLS

struct _XmppReader {
  const XmppReaderEvents *events;        /* (nullable) NULL: one document is read, and its root is the stanza */
  gpointer                user_data;
  XmppLexer              *lexer;         /* (owned) */
  xmlParserCtxt          *context;       /* (owned) */
  GHashTable             *names;         /* (owned) the context's names and namespaces → the interned string (owned) */
  GError                 *error;         /* (owned, nullable) the first; nothing is parsed after it */

  GString                *partial;       /* (owned) the bytes of a character that has not ended */
  GString                *header;        /* (owned) the root's start tag as it came, to prime a fresh context with */
  gboolean                is_priming;    /* header is being parsed once more, in silence */
  guint                   depth;         /* open elements */
  gsize                   stanza_bytes, stanza_parts, stanza_prefixes, context_bytes;
  gboolean                is_heard;      /* libxml2 has said what was in the tag that it was given */
  XmppNode               *root;          /* (owned, nullable) the header, until it is handed on */
  XmppNode               *current;       /* (nullable) innermost open element; its topmost ancestor is owned */
  XmppNode               *finished;      /* (owned, nullable) a stanza, until it is handed on */
  gboolean                is_closed;     /* the root has ended */

  gboolean                breaks_limit;  /* what libxml2 was given last is too much */
  gboolean                is_skipping;   /* from then on, until the stanza has ended */
  gboolean                is_in_tag;     /* … some parts of a tag have come … */
  gboolean                is_end_tag;    /* … which ends an element */
  XmppNode               *skipped;       /* (owned, nullable) the bare start of that stanza, until it is handed on */

  gboolean                is_feeding;    /* xmpp_reader_feed() is on the stack */
  gboolean                reset_asked, free_asked;
};

/* How many elements are open between two stanzas. */
static inline guint
xmpp_reader_get_outside (const XmppReader *self)
{
  return self->events != NULL ? 1 : 0;
}

/* xmpp-reader.c */
void           xmpp_reader_fail          (XmppReader      *self,      /* unless it has failed already */
                                          XmppStreamError  code,
                                          const char      *message);
void           xmpp_reader_renew_context (XmppReader      *self);     /* a fresh one, between two stanzas */

/* xmpp-reader-sax.c */
xmlParserCtxt *xmpp_reader_new_context   (XmppReader      *self) G_GNUC_WARN_UNUSED_RESULT;

/* xmpp-reader-skip.c */
XmppNode      *xmpp_reader_find_top      (const XmppReader *self);    /* (nullable) the stanza that is being read */
void           xmpp_reader_skip_begin    (XmppReader      *self,      /* a limit was met at … */
                                          const char      *bytes,     /* … text, a tag, or the beginning of one */
                                          gsize            length);
void           xmpp_reader_skip_token    (XmppReader      *self,
                                          XmppToken        token,
                                          const char      *bytes,
                                          gsize            length);

G_END_DECLS
