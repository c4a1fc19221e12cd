/* Bytes from a server become stanzas: libxml2's push parser with RFC 6120 §11's prohibitions and hard limits.
 *
 *   bytes ─► xmpp_reader_feed ─► XmppLexer ─► whole tags, pieces of text ─► libxml2 ─► element, text ─► events
 *            whole characters    prohibitions, limits of tags               well-formedness, namespaces
 *
 * libxml2 is never given half a tag. So it parses each one in the call that brings its last byte, has nothing left in
 * its buffers between two stanzas, and cannot find different things in differently cut bytes. */
#include "xmpp-reader.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-lexer.h"
#include "xmpp-ns.h"

#define SLICE        (64 * 1024)           /* bytes parsed in one go */
#define MAX_PARTS    500000                /* elements and attributes of one stanza: they weigh more than their bytes */
#define MAX_PREFIXES 1000                  /* declared in one stanza; libxml2 searches them one by one */
#define MAX_CONTEXT  (512 * 1024 * 1024)   /* bytes through one libxml2 context, whose counters are of type int */

struct _XmppReader {
  const XmppReaderEvents *events;        /* (nullable) NULL: one document is read, and its root is the stanza */
  gpointer                user_data;
  XmppLexer              *lexer;         /* (owned) */
  xmlParserCtxt          *context;       /* (owned) */
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

  gboolean                is_feeding;    /* xmpp_reader_feed() is on the stack */
  gboolean                reset_asked, free_asked;
};

static void
fail (XmppReader      *self,
      XmppStreamError  code,
      const char      *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, message);
}

/* What libxml2 calls. After an error it goes on to the end of the tag, unheard; stopping it in the middle of one is
 * not safe. */

static void
document_started_cb (void *user_data)
{
  XmppReader *self = user_data;
  const xmlChar *declared = self->context->encoding;

  if (declared == NULL)
    declared = self->context->input->encoding;
  if (declared != NULL && g_ascii_strcasecmp ((const char *) declared, "UTF-8") != 0)
    fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
}

static XmppNode *
node_from_tag (const xmlChar  *name,
               const xmlChar  *uri,
               int             n_attributes,
               const xmlChar **attributes)
{
  XmppNode *node = xmpp_node_new ((const char *) name, (const char *) uri);

  /* Each attribute is a local name, a prefix, a namespace, and where its value begins and ends. */
  for (const xmlChar **at = attributes; at < attributes + 5 * n_attributes; at += 5) {
    g_autofree char *value = g_strndup ((const char *) at[3], at[4] - at[3]);

    xmpp_node_set_ns (node, (const char *) at[2], (const char *) at[0], value);
  }

  return node;
}

/* RFC 6120 §4.8: the root is a stream, and what is in it by default is for a client. */
static void
judge_root (XmppReader     *self,
            int             n_namespaces,
            const xmlChar **namespaces)
{
  if (!xmpp_node_is (self->root, "stream", NS_STREAM))
    fail (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "What was opened is not an XMPP stream");

  for (const xmlChar **at = namespaces; at < namespaces + 2 * n_namespaces; at += 2)
    if (at[0] == NULL && g_strcmp0 ((const char *) at[1], NS_CLIENT) != 0
        && g_strcmp0 ((const char *) at[1], NS_STREAM) != 0)
      fail (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "The stream is not one for clients");
}

static void
element_started_cb (void           *user_data,
                    const xmlChar  *name,
                    const xmlChar  *prefix,
                    const xmlChar  *uri,
                    int             n_namespaces,
                    const xmlChar **namespaces,
                    int             n_attributes,
                    int             n_defaulted,
                    const xmlChar **attributes)
{
  XmppReader *self = user_data;
  XmppNode *node;

  self->is_heard = TRUE;
  if (self->error != NULL)
    return;

  self->depth++;
  if (self->is_priming)
    return;

  self->stanza_parts += 1 + n_attributes;
  for (int i = 0; i < n_namespaces; i++)
    self->stanza_prefixes += namespaces[2 * i] != NULL ? 1 : 0;
  if (self->depth > XMPP_READER_MAX_DEPTH || self->stanza_parts > MAX_PARTS || self->stanza_prefixes > MAX_PREFIXES) {
    fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "There are too many elements or prefixes, or levels of them");
    return;
  }

  node = node_from_tag (name, uri, n_attributes, attributes);
  if (self->depth == 1 && self->events != NULL) {
    self->root = node;
    judge_root (self, n_namespaces, namespaces);
  } else {
    self->current = self->current != NULL ? xmpp_node_adopt (self->current, node) : node;
  }
}

static void
text_cb (void          *user_data,
         const xmlChar *text,
         int            length)
{
  XmppReader *self = user_data;

  if (self->error == NULL && self->current != NULL)
    xmpp_node_append_text (self->current, (const char *) text, length);
}

static void
element_ended_cb (void          *user_data,
                  const xmlChar *name,
                  const xmlChar *prefix,
                  const xmlChar *uri)
{
  XmppReader *self = user_data;
  XmppNode *ended = self->current;

  self->is_heard = TRUE;
  if (self->error != NULL)
    return;

  self->depth--;
  self->is_closed = self->depth == 0;
  if (ended == NULL)
    return;

  self->current = xmpp_node_get_parent (ended);
  if (self->current == NULL)
    self->finished = ended;
}

/* RFC 6120 §11.1. The lexer sees most of these first, as soon as they begin. */

static void
instruction_cb (void          *user_data,
                const xmlChar *target,
                const xmlChar *data)
{
  fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a processing instruction");
}

static void
comment_cb (void          *user_data,
            const xmlChar *text)
{
  fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a comment");
}

static void
doctype_cb (void          *user_data,
            const xmlChar *name,
            const xmlChar *external_id,
            const xmlChar *system_id)
{
  fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a document type");
}

static xmlEntity *
entity_cb (void          *user_data,
           const xmlChar *name)
{
  xmlEntity *entity = xmlGetPredefinedEntity (name);

  if (entity == NULL)
    fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a reference to an entity");

  return entity;
}

/* libxml2 goes on after namespace faults; we do not. What it thinks of the text of a namespace does not count: servers
 * let any text through, and a stranger must not be able to end our stream by a namespace that is no URI. */
static void
libxml_error_cb (void     *user_data,
                 xmlError *error)
{
  XmppReader *self = user_data;

  if (error->domain == XML_FROM_NAMESPACE) {
    if (error->code != XML_WAR_NS_URI && error->code != XML_WAR_NS_URI_RELATIVE)
      fail (self, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX, "A namespace prefix is not used as it must be");
    return;
  }

  if (error->level != XML_ERR_FATAL)
    return;

  switch (error->code) {
  case XML_ERR_UNKNOWN_ENCODING:
  case XML_ERR_UNSUPPORTED_ENCODING:
  case XML_ERR_INVALID_ENCODING:
    fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
    break;
  case XML_ERR_NO_MEMORY:
    fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "There are too many names");
    break;
  default:
    fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The XML is not well-formed");
    break;
  }
}

/* Life cycle */

static xmlParserCtxt *
context_new (XmppReader *self)
{
  xmlSAXHandler sax = {
    .initialized = XML_SAX2_MAGIC,
    .startDocument = document_started_cb,
    .startElementNs = element_started_cb,
    .endElementNs = element_ended_cb,
    .characters = text_cb,
    .ignorableWhitespace = text_cb,
    .cdataBlock = text_cb,
    .processingInstruction = instruction_cb,
    .comment = comment_cb,
    .internalSubset = doctype_cb,
    .getEntity = entity_cb,
    .serror = libxml_error_cb,
  };
  xmlParserCtxt *context = xmlCreatePushParserCtxt (&sax, self, NULL, 0, NULL);

  if (context == NULL)
    g_error ("No memory for an XML parser");
  /* Replacing entities is what makes "&amp;" arrive as "&"; entity_cb() knows no others. */
  xmlCtxtUseOptions (context, XML_PARSE_NONET | XML_PARSE_NOENT);

  return context;
}

static void
start_over (XmppReader *self)
{
  while (self->current != NULL && xmpp_node_get_parent (self->current) != NULL)
    self->current = xmpp_node_get_parent (self->current);
  g_clear_pointer (&self->current, xmpp_node_free);
  g_clear_pointer (&self->finished, xmpp_node_free);
  g_clear_pointer (&self->root, xmpp_node_free);
  g_clear_pointer (&self->lexer, xmpp_lexer_free);
  g_clear_pointer (&self->context, xmlFreeParserCtxt);
  g_clear_error (&self->error);

  g_string_truncate (self->partial, 0);
  g_string_truncate (self->header, 0);
  self->depth = 0;
  self->stanza_bytes = self->stanza_parts = self->stanza_prefixes = self->context_bytes = 0;
  self->is_closed = FALSE;
  self->reset_asked = FALSE;
}

/**
 * xmpp_reader_new:
 * @events: who is told what was read; must live as long as the reader
 * @user_data: for @events
 *
 * Returns: (transfer full): a reader that waits for the first byte of a stream
 */
XmppReader *
xmpp_reader_new (const XmppReaderEvents *events,
                 gpointer                user_data)
{
  XmppReader *self = g_new0 (XmppReader, 1);

  xmlInitParser ();
  self->events = events;
  self->user_data = user_data;
  self->partial = g_string_new (NULL);
  self->header = g_string_new (NULL);

  return self;
}

/**
 * xmpp_reader_free:
 * @self: (transfer full): a reader
 *
 * May be called from inside its events: no other event follows, and xmpp_reader_feed() returns %TRUE.
 */
void
xmpp_reader_free (XmppReader *self)
{
  if (self->is_feeding) {
    self->free_asked = TRUE;
    return;
  }

  start_over (self);
  g_string_free (self->partial, TRUE);
  g_string_free (self->header, TRUE);
  g_free (self);
}

/* Steps */

static gboolean
is_interrupted (const XmppReader *self)
{
  return self->error != NULL || self->reset_asked || self->free_asked || (self->is_closed && self->events != NULL);
}

/* A parser that has not seen a declaration holds back the first bytes to guess an encoding; so it gets one. */
static void
declare (XmppReader *self)
{
  static const char declaration[] = "<?xml version='1.0'?>";

  self->context_bytes = strlen (declaration);
  xmlParseChunk (self->context, declaration, strlen (declaration), 0);
}

/* libxml2 keeps every name that it ever met; a fresh context at the same place in the stream forgets them. The header
 * is parsed again, so that the prefixes declared in it mean the same. */
static void
renew_context (XmppReader *self)
{
  xmlFreeParserCtxt (self->context);
  self->context = context_new (self);
  declare (self);

  self->depth = 0;
  self->is_priming = TRUE;
  xmlParseChunk (self->context, self->header->str, (int) self->header->len, 0);
  self->is_priming = FALSE;
}

static void
tell (XmppReader *self)
{
  if (self->root != NULL) {
    g_autoptr (XmppNode) root = g_steal_pointer (&self->root);

    self->events->opened (root, self->user_data);
    if (self->reset_asked || self->free_asked)
      return;
  }

  if (self->finished != NULL) {
    self->events->stanza (g_steal_pointer (&self->finished), self->user_data);
    if (!is_interrupted (self)
        && (xmlDictGetUsage (self->context->dict) > XMPP_READER_MAX_NAMES || self->context_bytes > MAX_CONTEXT))
      renew_context (self);
  }

  if (self->is_closed)
    self->events->closed (self->user_data);
}

static gboolean
is_blank (const char *bytes,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (strchr (" \t\r\n", bytes[i]) == NULL)
      return FALSE;

  return TRUE;
}

static void
parse_token (XmppReader *self,
             XmppToken   token,
             const char *bytes,
             gsize       length)
{
  guint outside = self->events != NULL ? 1 : 0;

  if (self->depth <= outside)
    self->stanza_bytes = self->stanza_parts = self->stanza_prefixes = 0;
  self->stanza_bytes += length;
  if (self->stanza_bytes > XMPP_READER_MAX_STANZA) {
    fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "A stanza is too large");
    return;
  }

  if (self->context_bytes == 0 && token != XMPP_TOKEN_DECLARATION)
    declare (self);
  if (self->depth == 0 && token == XMPP_TOKEN_TAG)
    g_string_append_len (self->header, bytes, (gssize) length);

  self->context_bytes += length;
  self->is_heard = FALSE;
  xmlParseChunk (self->context, bytes, (int) length, 0);
  if (!self->context->wellFormed || (token == XMPP_TOKEN_TAG && !self->is_heard))
    fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The XML is not well-formed");
}

/* Takes what the lexer has cut. Only white space may be around the root and between stanzas; it goes no further. */
static gboolean
token_cb (XmppToken   token,
          const char *bytes,
          gsize       length,
          gpointer    user_data)
{
  XmppReader *self = user_data;

  if (self->depth <= (self->events != NULL ? 1 : 0) && token == XMPP_TOKEN_TEXT) {
    if (!is_blank (bytes, length))
      fail (self, self->depth == 0 ? XMPP_STREAM_ERROR_NOT_WELL_FORMED : XMPP_STREAM_ERROR_BAD_FORMAT,
            "There is text where there must be none");
  } else if (self->is_closed) {
    fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "Something follows the end");
  } else {
    parse_token (self, token, bytes, length);
    if (self->error == NULL && self->events != NULL)
      tell (self);
  }

  return !is_interrupted (self);
}

/* Lets whole characters through, strictly (RFC 6120 §11.6), and keeps the beginning of one for the next time. */
static void
feed_some (XmppReader *self,
           const char *bytes,
           gsize       length)
{
  const char *end;
  gsize whole, rest;

  g_string_append_len (self->partial, bytes, (gssize) length);
  g_utf8_validate (self->partial->str, (gssize) self->partial->len, &end);
  whole = end - self->partial->str;
  rest = self->partial->len - whole;

  if (whole > 0)
    xmpp_lexer_feed (self->lexer, self->partial->str, whole, &self->error);
  if (rest > 0 && !is_interrupted (self)) {
    if (*end == '\0' && self->header->len > 0)
      fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "There is a NUL");
    else if (*end == '\0' || g_utf8_get_char_validated (end, (gssize) rest) != (gunichar) -2)
      fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
  }

  g_string_erase (self->partial, 0, (gssize) whole);
}

/* Public */

/**
 * xmpp_reader_feed:
 * @self: a reader
 * @bytes: what was received next, cut anywhere
 * @length: how many
 * @error: return location for a #GError
 *
 * Parses on and calls the events. What follows the end of the stream is ignored.
 *
 * Returns: %FALSE with an error of #XMPP_STREAM_ERROR, which is the condition to end our stream with (RFC 6120 §4.9.3):
 *   NOT_WELL_FORMED, BAD_NAMESPACE_PREFIX, UNSUPPORTED_ENCODING, RESTRICTED_XML, POLICY_VIOLATION (a limit),
 *   INVALID_NAMESPACE (the root is no stream for clients), BAD_FORMAT (text between stanzas). The reader then gives the
 *   same error until it is reset.
 */
gboolean
xmpp_reader_feed (XmppReader  *self,
                  const char  *bytes,
                  gsize        length,
                  GError     **error)
{
  gboolean is_good;

  g_return_val_if_fail (!self->is_feeding, TRUE);

  if (self->context == NULL) {
    self->context = context_new (self);
    self->lexer = xmpp_lexer_new (XMPP_READER_MAX_ATTRIBUTE, token_cb, self);
  }

  self->is_feeding = TRUE;
  while (length > 0 && !is_interrupted (self)) {
    gsize some = MIN (length, SLICE);

    feed_some (self, bytes, some);
    bytes += some;
    length -= some;
  }
  self->is_feeding = FALSE;

  is_good = self->error == NULL;
  if (!is_good)
    g_propagate_error (error, g_error_copy (self->error));

  if (self->free_asked)
    xmpp_reader_free (self);
  else if (self->reset_asked)
    start_over (self);

  return is_good;
}

/**
 * xmpp_reader_reset:
 * @self: a reader
 *
 * Forgets the stream and waits for the first byte of a new one. Called from inside an event, what is left of the bytes
 * that are being fed is dropped: after `<proceed/>` nothing that came in clear text is used.
 */
void
xmpp_reader_reset (XmppReader *self)
{
  if (self->is_feeding)
    self->reset_asked = TRUE;
  else
    start_over (self);
}

/**
 * xmpp_reader_parse:
 * @text: one XML document
 * @length: its bytes, or -1 when it ends with NUL
 * @error: return location for a #GError
 *
 * Reads a document under the same rules and limits as a stream; its root may be called anything.
 *
 * Returns: (transfer full) (nullable): the root, or %NULL with an error of #XMPP_STREAM_ERROR
 */
XmppNode *
xmpp_reader_parse (const char  *text,
                   gssize       length,
                   GError     **error)
{
  g_autoptr (XmppReader) self = xmpp_reader_new (NULL, NULL);

  if (!xmpp_reader_feed (self, text, length < 0 ? strlen (text) : (gsize) length, error))
    return NULL;

  if (!self->is_closed || self->partial->len > 0 || !xmpp_lexer_is_idle (self->lexer)) {
    g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The document is not complete");
    return NULL;
  }

  return g_steal_pointer (&self->finished);
}
