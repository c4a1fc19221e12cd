/* Cuts a stream of characters into whole tags and pieces of text, so that no limit waits for a token to end. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  XMPP_TOKEN_DECLARATION,   /* <?xml …?>, the very first thing */
  XMPP_TOKEN_TAG,           /* a start tag, end tag or empty element, whole */
  XMPP_TOKEN_TAG_PART,      /* the beginning, or more, of a tag that breaks a limit … */
  XMPP_TOKEN_TAG_REST,      /* … and its end, of two bytes or more */
  XMPP_TOKEN_TEXT,          /* some text, a whole reference, or a CDATA section, perhaps one of several that were one */
} XmppToken;

typedef struct _XmppLexer XmppLexer;

/* bytes are not NUL-terminated. FALSE: stop here. */
typedef gboolean (*XmppTokenFunc) (XmppToken token, const char *bytes, gsize length, gpointer user_data);

XmppLexer *xmpp_lexer_new     (gsize             max_value,
                               XmppTokenFunc     func,
                               gpointer          user_data) G_GNUC_WARN_UNUSED_RESULT;
void       xmpp_lexer_free    (XmppLexer        *self);
gboolean   xmpp_lexer_feed    (XmppLexer        *self,
                               const char       *text,
                               gsize             length,
                               GError          **error);
gboolean   xmpp_lexer_is_idle (const XmppLexer  *self);   /* not inside a token */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLexer, xmpp_lexer_free)

G_END_DECLS
