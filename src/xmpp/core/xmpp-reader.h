/* Bytes from a server become stanzas: libxml2's push parser with RFC 6120 §11's prohibitions and hard limits. */
#pragma once

#include "xmpp-node.h"

G_BEGIN_DECLS

#define XMPP_READER_MAX_STANZA    (10 * 1024 * 1024)   /* bytes */
#define XMPP_READER_MAX_SKIPPED   (40 * 1024 * 1024)   /* bytes of a stanza that is passed over before the stream ends */
#define XMPP_READER_MAX_DEPTH     256                  /* levels */
#define XMPP_READER_MAX_ATTRIBUTE (64 * 1024)          /* bytes of one value */
#define XMPP_READER_MAX_NAMES     (4 * 1024 * 1024)    /* bytes of libxml2's dictionary before a fresh context */

typedef struct _XmppReader XmppReader;

/* Each is called from inside xmpp_reader_feed(); the nodes of stanza and skipped are (transfer full). It is safe to
 * call xmpp_reader_reset() or xmpp_reader_free() from them: it takes effect when the parser has returned. */
typedef struct {
  void (*opened) (XmppNode *header, gpointer user_data);   /* header is borrowed, childless */
  void (*stanza) (XmppNode *stanza, gpointer user_data);
  void (*closed) (gpointer user_data);
  void (*skipped) (XmppNode *start, gpointer user_data);   /* (nullable) a stanza broke a limit: its name, to, from, type, id */
} XmppReaderEvents;

XmppReader *xmpp_reader_new   (const XmppReaderEvents  *events,
                               gpointer                 user_data) G_GNUC_WARN_UNUSED_RESULT;
void        xmpp_reader_free  (XmppReader              *self);
gboolean    xmpp_reader_feed  (XmppReader              *self,
                               const char              *bytes,
                               gsize                    length,
                               GError                 **error);   /* XMPP_STREAM_ERROR */
void        xmpp_reader_reset (XmppReader              *self);     /* a new stream; what is left of the bytes fed is dropped */
XmppNode   *xmpp_reader_parse (const char              *text,
                               gssize                   length,
                               GError                 **error) G_GNUC_WARN_UNUSED_RESULT;   /* one whole document */
XmppNode   *xmpp_reader_parse_stanza (const char       *text,
                               gssize                   length,
                               gboolean                *is_skipped,
                               GError                 **error) G_GNUC_WARN_UNUSED_RESULT;   /* … whose limits end nothing */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppReader, xmpp_reader_free)

G_END_DECLS
