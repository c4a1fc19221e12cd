/* An element tree as XML text: one default namespace per element, everything that came from outside escaped. */
#include "xmpp-node-private.h"

#include <string.h>

#include "xmpp-ns.h"

static gboolean
is_xml_char (gunichar c)
{
  return (c >= 0x20 && c <= 0xd7ff) || c == '\t' || c == '\n' || c == '\r' || (c >= 0xe000 && c <= 0xfffd)
         || (c >= 0x10000 && c <= 0x10ffff);
}

/* Appends @text as character data. White space that an XML parser would fold goes out as references: in attributes
 * all but the space, in text only the carriage return. */
static void
write_escaped (GString    *out,
               const char *text,
               gsize       length,
               gboolean    in_attribute)
{
  const char *end = text + length;

  while (text < end) {
    gunichar c = g_utf8_get_char_validated (text, end - text);

    if (c == (gunichar) -1 || c == (gunichar) -2 || !is_xml_char (c)) {
      g_string_append (out, "\xef\xbf\xbd");
      text += c == (gunichar) -1 || c == (gunichar) -2 ? 1 : g_utf8_next_char (text) - text;
      continue;
    }

    if (c == '&')
      g_string_append (out, "&amp;");
    else if (c == '<')
      g_string_append (out, "&lt;");
    else if (c == '>')
      g_string_append (out, "&gt;");
    else if (c == '\'' && in_attribute)
      g_string_append (out, "&apos;");
    else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t')))
      g_string_append_printf (out, "&#%u;", c);
    else
      g_string_append_len (out, text, g_utf8_next_char (text) - text);

    text = g_utf8_next_char (text);
  }
}

static void
write_attribute (GString         *out,
                 const XmppAttribute *attribute,
                 guint            index)
{
  if (attribute->ns == NULL) {
    g_string_append_printf (out, " %s='", attribute->name);
  } else if (strcmp (attribute->ns, NS_XML) == 0) {
    g_string_append_printf (out, " xml:%s='", attribute->name);
  } else {
    g_string_append_printf (out, " xmlns:ns%u='", index);
    write_escaped (out, attribute->ns, strlen (attribute->ns), TRUE);
    g_string_append_printf (out, "' ns%u:%s='", index, attribute->name);
  }

  write_escaped (out, attribute->value, strlen (attribute->value), TRUE);
  g_string_append_c (out, '\'');
}

/**
 * xmpp_node_write:
 * @self: an element
 * @parent_ns: (nullable): the default namespace in force where it goes
 * @out: receives the XML, UTF-8
 *
 * Every element names its namespace by xmlns= where it differs from that around it; no prefixes are used for elements.
 * Characters that XML cannot carry, and bytes that are no UTF-8, become U+FFFD.
 */
void
xmpp_node_write (const XmppNode *self,
                 const char     *parent_ns,
                 GString        *out)
{
  const char *ns = self->ns != NULL ? self->ns : "";

  g_string_append_c (out, '<');
  g_string_append (out, self->name);
  if (strcmp (ns, parent_ns != NULL ? parent_ns : "") != 0) {
    g_string_append (out, " xmlns='");
    write_escaped (out, ns, strlen (ns), TRUE);
    g_string_append_c (out, '\'');
  }

  for (guint i = 0; i < self->n_attributes; i++)
    write_attribute (out, &self->attributes[i], i);

  if (self->first == NULL && (self->text == NULL || self->text->len == 0)) {
    g_string_append (out, "/>");
    return;
  }

  g_string_append_c (out, '>');
  if (self->text != NULL)
    write_escaped (out, self->text->str, self->text->len, FALSE);
  for (const XmppNode *child = self->first; child != NULL; child = child->next)
    xmpp_node_write (child, ns, out);
  g_string_append_printf (out, "</%s>", self->name);
}

/**
 * xmpp_node_to_string:
 * @self: an element
 *
 * Returns: (transfer full): the element as an XML document of its own
 */
char *
xmpp_node_to_string (const XmppNode *self)
{
  GString *out = g_string_new (NULL);

  xmpp_node_write (self, NULL, out);

  return g_string_free (out, FALSE);
}
