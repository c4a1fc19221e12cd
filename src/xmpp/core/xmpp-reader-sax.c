/* What libxml2 says of a stream becomes nodes, or the error to end the stream with.
 *
 * After an error libxml2 goes on to the end of the tag, unheard; stopping it in the middle of one is not safe. */
#include "xmpp-reader-private.h"

#include <libxml/parserInternals.h>

#include "xmpp-node-private.h"
#include "xmpp-ns.h"

#define MAX_PARTS    500000                /* elements and attributes of one stanza: they weigh more than their bytes */
#define MAX_PREFIXES 1000                  /* declared in one stanza; libxml2 searches them one by one */
#define MAX_NAMES    1000                  /* known by their address; a session needs some hundreds */

static void
document_started_cb (void *user_data)
{
  XmppReader *self = user_data;
  const xmlChar *declared = self->context->encoding;

  if (declared == NULL)
    declared = self->context->input->encoding;
  if (declared != NULL && g_ascii_strcasecmp ((const char *) declared, "UTF-8") != 0)
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
}

/* A context has each name once, in its dictionary: who has met it there need not look for the interned one again. */
static char *
intern_name (XmppReader    *self,
             const xmlChar *name)
{
  char *known = name != NULL ? g_hash_table_lookup (self->names, name) : NULL;

  if (known == NULL && name != NULL) {
    known = g_ref_string_new_intern ((const char *) name);
    if (g_hash_table_size (self->names) >= MAX_NAMES)
      g_hash_table_remove_all (self->names);
    g_hash_table_insert (self->names, (gpointer) name, known);
  }

  return known != NULL ? g_ref_string_acquire (known) : NULL;
}

static XmppNode *
node_from_tag (XmppReader     *self,
               const xmlChar  *name,
               const xmlChar  *uri,
               int             n_attributes,
               const xmlChar **attributes)
{
  XmppAttribute *copies = g_new (XmppAttribute, n_attributes);

  /* Each attribute is a local name, a prefix, a namespace, and where its value begins and ends. */
  for (int i = 0; i < n_attributes; i++) {
    const xmlChar **at = attributes + 5 * i;

    copies[i].name = intern_name (self, at[0]);
    copies[i].ns = intern_name (self, at[2]);
    copies[i].value = g_strndup ((const char *) at[3], at[4] - at[3]);
  }

  return xmpp_node_new_parsed (intern_name (self, name), intern_name (self, uri), copies, n_attributes);
}

/* RFC 6120 §4.8: the root is a stream, and what is in it by default is for a client. */
static void
judge_root (XmppReader     *self,
            int             n_namespaces,
            const xmlChar **namespaces)
{
  if (!xmpp_node_is (self->root, "stream", NS_STREAM))
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "What was opened is not an XMPP stream");

  for (int i = 0; i < n_namespaces; i++) {
    const char *prefix = (const char *) namespaces[2 * i], *uri = (const char *) namespaces[2 * i + 1];

    if (prefix == NULL && g_strcmp0 (uri, NS_CLIENT) != 0 && g_strcmp0 (uri, NS_STREAM) != 0)
      xmpp_reader_fail (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE, "The stream is not one for clients");
  }
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
  if (self->depth > XMPP_READER_MAX_DEPTH || self->stanza_parts > MAX_PARTS || self->stanza_prefixes > MAX_PREFIXES)
    self->breaks_limit = TRUE;
  if (self->breaks_limit)
    return;

  node = node_from_tag (self, name, uri, n_attributes, attributes);
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
  if (ended == NULL || self->breaks_limit)
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
  xmpp_reader_fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a processing instruction");
}

static void
comment_cb (void          *user_data,
            const xmlChar *text)
{
  xmpp_reader_fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a comment");
}

static void
doctype_cb (void          *user_data,
            const xmlChar *name,
            const xmlChar *external_id,
            const xmlChar *system_id)
{
  xmpp_reader_fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a document type");
}

static xmlEntity *
entity_cb (void          *user_data,
           const xmlChar *name)
{
  xmlEntity *entity = xmlGetPredefinedEntity (name);

  if (entity == NULL)
    xmpp_reader_fail (user_data, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a reference to an entity");

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
      xmpp_reader_fail (self, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX, "A namespace prefix is not used as it must be");
    return;
  }

  if (error->level != XML_ERR_FATAL)
    return;

  switch (error->code) {
  case XML_ERR_UNKNOWN_ENCODING:
  case XML_ERR_UNSUPPORTED_ENCODING:
  case XML_ERR_INVALID_ENCODING:
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
    break;
  case XML_ERR_NO_MEMORY:
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "There are too many names");
    break;
  default:
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The XML is not well-formed");
    break;
  }
}

/* For the reader's other files */

xmlParserCtxt *
xmpp_reader_new_context (XmppReader *self)
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
  g_hash_table_remove_all (self->names);
  /* Replacing entities is what makes "&amp;" arrive as "&"; entity_cb() knows no others. */
  xmlCtxtUseOptions (context, XML_PARSE_NONET | XML_PARSE_NOENT);
  /* A full dictionary would end the stream, so the names of one stanza cannot fill it; between two it is emptied. */
  xmlDictSetLimit (context->dict, 4 * XMPP_READER_MAX_STANZA);

  return context;
}
