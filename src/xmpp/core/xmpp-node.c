/* One XML element and what is in it: the tree every stanza is made of. */
#include "xmpp-node-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (XmppNode, xmpp_node, xmpp_node_copy, xmpp_node_free)

/* Names go out unescaped, so one that could break out of its tag is a programming error and must not get in. */
static gboolean
is_name (const char *name)
{
  if (name == NULL || *name == '\0')
    return FALSE;

  for (const char *p = name; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == '\x7f' || strchr ("<>&'\"=/:", *p) != NULL)
      return FALSE;

  return TRUE;
}

static char *
intern (const char *text)
{
  return text != NULL ? g_ref_string_new_intern (text) : NULL;
}

static void
attribute_clear (XmppAttribute *attribute)
{
  g_ref_string_release (attribute->name);
  g_clear_pointer (&attribute->ns, g_ref_string_release);
  g_free (attribute->value);
}

XmppNode *
xmpp_node_new_parsed (char          *name,
                      char          *ns,
                      XmppAttribute *attributes,
                      guint          n_attributes)
{
  XmppNode *self = g_new0 (XmppNode, 1);

  self->name = name;
  self->ns = ns;
  self->attributes = attributes;
  self->n_attributes = n_attributes;

  return self;
}

/**
 * xmpp_node_new:
 * @name: the local name, an NCName; it is written as it is
 * @ns: (nullable): the namespace
 *
 * Returns: (transfer full): an element without attributes, text or children
 */
XmppNode *
xmpp_node_new (const char *name,
               const char *ns)
{
  g_return_val_if_fail (is_name (name), NULL);

  return xmpp_node_new_parsed (intern (name), intern (ns), NULL, 0);
}

/* A password may have been its text: a login says one, and so does whoever changes it. */
static void
wipe (GString *text)
{
  explicit_bzero (text->str, text->allocated_len);
  g_string_free (text, TRUE);
}

/* Frees one element whose children are gone. */
static void
node_free_one (XmppNode *self)
{
  g_ref_string_release (self->name);
  g_clear_pointer (&self->ns, g_ref_string_release);
  for (guint i = 0; i < self->n_attributes; i++)
    attribute_clear (&self->attributes[i]);
  g_free (self->attributes);
  g_clear_pointer (&self->text, wipe);
  g_free (self);
}

/**
 * xmpp_node_free:
 * @self: (transfer full) (nullable): the root of a tree
 *
 * Frees the whole tree, in constant stack space however deep it is.
 */
void
xmpp_node_free (XmppNode *self)
{
  XmppNode *at = self;

  g_return_if_fail (self == NULL || self->parent == NULL);

  while (at != NULL) {
    XmppNode *done;

    if (at->first != NULL) {
      at = at->first;
      continue;
    }

    done = at;
    at = done == self ? NULL : done->parent;
    if (at != NULL)
      at->first = done->next;
    node_free_one (done);
  }
}

/* Steps */

static XmppAttribute *
find_attribute (const XmppNode *self,
                const char     *ns,
                const char     *name)
{
  for (guint i = 0; i < self->n_attributes; i++) {
    XmppAttribute *attribute = &self->attributes[i];

    if (strcmp (attribute->name, name) == 0 && g_strcmp0 (attribute->ns, ns) == 0)
      return attribute;
  }

  return NULL;
}

static const XmppNode *
find_like (const XmppNode *from,
           const char     *name,
           const char     *ns)
{
  while (from != NULL && !xmpp_node_is (from, name, ns))
    from = from->next;

  return from;
}

/* Build */

/**
 * xmpp_node_copy:
 * @self: an element
 *
 * Returns: (transfer full): a copy of @self and all below it, without a parent
 */
XmppNode *
xmpp_node_copy (const XmppNode *self)
{
  XmppNode *copy = g_new0 (XmppNode, 1);

  copy->name = g_ref_string_acquire (self->name);
  copy->ns = self->ns != NULL ? g_ref_string_acquire (self->ns) : NULL;

  for (guint i = 0; i < self->n_attributes; i++) {
    const XmppAttribute *attribute = &self->attributes[i];

    xmpp_node_set_ns (copy, attribute->ns, attribute->name, attribute->value);
  }

  if (self->text != NULL)
    xmpp_node_append_text (copy, self->text->str, (gssize) self->text->len);

  for (const XmppNode *child = self->first; child != NULL; child = child->next)
    xmpp_node_adopt (copy, xmpp_node_copy (child));

  return copy;
}

/**
 * xmpp_node_add:
 * @self: an element
 * @name: the new child's local name
 * @ns: (nullable): its namespace; %NULL: that of @self
 *
 * Returns: (transfer none): the new last child of @self
 */
XmppNode *
xmpp_node_add (XmppNode   *self,
               const char *name,
               const char *ns)
{
  return xmpp_node_adopt (self, xmpp_node_new (name, ns != NULL ? ns : self->ns));
}

/**
 * xmpp_node_add_text:
 * @self: an element
 * @name: the new child's local name
 * @ns: (nullable): its namespace; %NULL: that of @self
 * @text: (nullable): its text, UTF-8
 *
 * Returns: (transfer none): the new last child of @self
 */
XmppNode *
xmpp_node_add_text (XmppNode   *self,
                    const char *name,
                    const char *ns,
                    const char *text)
{
  XmppNode *child = xmpp_node_add (self, name, ns);

  if (text != NULL)
    xmpp_node_append_text (child, text, -1);

  return child;
}

/**
 * xmpp_node_adopt:
 * @self: an element
 * @child: (transfer full): a root
 *
 * Returns: (transfer none): @child, now the last child of @self
 */
XmppNode *
xmpp_node_adopt (XmppNode *self,
                 XmppNode *child)
{
  g_return_val_if_fail (child != NULL && child->parent == NULL && child != self, NULL);

  child->parent = self;
  child->previous = self->last;
  if (self->last != NULL)
    self->last->next = child;
  else
    self->first = child;
  self->last = child;

  return child;
}

/**
 * xmpp_node_set:
 * @self: an element
 * @attribute: the name of an attribute without a namespace; not "xmlns"
 * @value: (nullable): UTF-8; %NULL removes the attribute
 */
void
xmpp_node_set (XmppNode   *self,
               const char *attribute,
               const char *value)
{
  xmpp_node_set_ns (self, NULL, attribute, value);
}

/**
 * xmpp_node_set_ns:
 * @self: an element
 * @ns: (nullable): the attribute's namespace
 * @attribute: its local name
 * @value: (nullable): UTF-8; %NULL removes the attribute
 *
 * Sets for example xml:lang by `xmpp_node_set_ns (node, NS_XML, "lang", "de")`. Prefixes are made up when writing.
 */
void
xmpp_node_set_ns (XmppNode   *self,
                  const char *ns,
                  const char *attribute,
                  const char *value)
{
  XmppAttribute *found;

  g_return_if_fail (is_name (attribute) && (ns != NULL || strcmp (attribute, "xmlns") != 0));

  found = find_attribute (self, ns, attribute);
  if (value == NULL && found == NULL)
    return;
  if (value == NULL) {
    attribute_clear (found);
    self->n_attributes--;
    memmove (found, found + 1, (self->attributes + self->n_attributes - found) * sizeof *found);
  } else if (found != NULL) {
    char *old = found->value;

    found->value = g_strdup (value);
    g_free (old);
  } else {
    XmppAttribute added = { intern (attribute), intern (ns), g_strdup (value) };

    self->attributes = g_renew (XmppAttribute, self->attributes, self->n_attributes + 1);
    self->attributes[self->n_attributes++] = added;
  }
}

/**
 * xmpp_node_append_text:
 * @self: an element
 * @text: UTF-8
 * @length: its bytes, or -1 when it ends with NUL
 *
 * Adds to the end of the element's own text.
 */
void
xmpp_node_append_text (XmppNode   *self,
                       const char *text,
                       gssize      length)
{
  if (self->text == NULL)
    self->text = g_string_new_len (text, length);
  else
    g_string_append_len (self->text, text, length);
}

/**
 * xmpp_node_remove:
 * @self: an element
 * @child: one of its children
 *
 * Unlinks @child from @self and frees it with all below it.
 */
void
xmpp_node_remove (XmppNode *self,
                  XmppNode *child)
{
  g_return_if_fail (child != NULL && child->parent == self);

  if (child->previous != NULL)
    child->previous->next = child->next;
  else
    self->first = child->next;
  if (child->next != NULL)
    child->next->previous = child->previous;
  else
    self->last = child->previous;

  child->parent = child->previous = child->next = NULL;
  xmpp_node_free (child);
}

/* Ask */

/**
 * xmpp_node_is:
 * @self: (nullable): an element
 * @name: (nullable): a local name; %NULL: any
 * @ns: (nullable): a namespace; %NULL: any
 *
 * Returns: whether there is such an element and it is called so
 */
gboolean
xmpp_node_is (const XmppNode *self,
              const char     *name,
              const char     *ns)
{
  return self != NULL && (name == NULL || strcmp (self->name, name) == 0)
         && (ns == NULL || g_strcmp0 (self->ns, ns) == 0);
}

/**
 * xmpp_node_get_name:
 * @self: an element
 *
 * Returns: (transfer none): its local name, an interned string
 */
const char *
xmpp_node_get_name (const XmppNode *self)
{
  return self->name;
}

/**
 * xmpp_node_get_ns:
 * @self: an element
 *
 * Returns: (transfer none) (nullable): its namespace, an interned string
 */
const char *
xmpp_node_get_ns (const XmppNode *self)
{
  return self->ns;
}

/**
 * xmpp_node_get:
 * @self: an element
 * @attribute: the name of an attribute without a namespace
 *
 * Returns: (transfer none) (nullable): its value, UTF-8
 */
const char *
xmpp_node_get (const XmppNode *self,
               const char     *attribute)
{
  return xmpp_node_get_with_ns (self, NULL, attribute);
}

/**
 * xmpp_node_get_with_ns:
 * @self: an element
 * @ns: (nullable): the attribute's namespace
 * @attribute: its local name
 *
 * Returns: (transfer none) (nullable): its value, UTF-8
 */
const char *
xmpp_node_get_with_ns (const XmppNode *self,
                       const char     *ns,
                       const char     *attribute)
{
  const XmppAttribute *found = find_attribute (self, ns, attribute);

  return found != NULL ? found->value : NULL;
}

/**
 * xmpp_node_get_text:
 * @self: an element
 *
 * Returns: (transfer none): all text directly inside @self, UTF-8; never %NULL
 */
const char *
xmpp_node_get_text (const XmppNode *self)
{
  return self->text != NULL ? self->text->str : "";
}

/**
 * xmpp_node_get_parent:
 * @self: an element
 *
 * Returns: (transfer none) (nullable): the element around it
 */
XmppNode *
xmpp_node_get_parent (const XmppNode *self)
{
  return self->parent;
}

/**
 * xmpp_node_get_first:
 * @self: an element
 *
 * Returns: (transfer none) (nullable): its first child
 */
XmppNode *
xmpp_node_get_first (const XmppNode *self)
{
  return self->first;
}

/**
 * xmpp_node_get_next:
 * @self: an element
 *
 * Returns: (transfer none) (nullable): the next child of the same parent
 */
XmppNode *
xmpp_node_get_next (const XmppNode *self)
{
  return self->next;
}

/**
 * xmpp_node_find:
 * @self: an element
 * @name: (nullable): a local name; %NULL: any
 * @ns: (nullable): a namespace; %NULL: that of @self
 *
 * Returns: (transfer none) (nullable): the first child called so
 */
XmppNode *
xmpp_node_find (const XmppNode *self,
                const char     *name,
                const char     *ns)
{
  return (XmppNode *) find_like (self->first, name, ns != NULL ? ns : self->ns);
}

/**
 * xmpp_node_find_next:
 * @child: an element that has a parent
 * @name: (nullable): a local name; %NULL: any
 * @ns: (nullable): a namespace; %NULL: that of the parent
 *
 * Returns: (transfer none) (nullable): the next child of the same parent that is called so
 */
XmppNode *
xmpp_node_find_next (const XmppNode *child,
                     const char     *name,
                     const char     *ns)
{
  if (ns == NULL && child->parent != NULL)
    ns = child->parent->ns;

  return (XmppNode *) find_like (child->next, name, ns);
}

/**
 * xmpp_node_find_text:
 * @self: an element
 * @name: (nullable): a local name; %NULL: any
 * @ns: (nullable): a namespace; %NULL: that of @self
 *
 * Returns: (transfer none) (nullable): the text of the first child called so, "" when that one is empty
 */
const char *
xmpp_node_find_text (const XmppNode *self,
                     const char     *name,
                     const char     *ns)
{
  const XmppNode *child = xmpp_node_find (self, name, ns);

  return child != NULL ? xmpp_node_get_text (child) : NULL;
}

/**
 * xmpp_node_covers:
 * @pattern: what must be there
 * @node: what is there
 *
 * Compares names, and that every attribute, text and child of @pattern is in @node, which may have more. "*" as the
 * value of an attribute or as text stands for anything.
 *
 * Returns: whether @node has all of @pattern
 */
gboolean
xmpp_node_covers (const XmppNode *pattern,
                  const XmppNode *node)
{
  const char *text = xmpp_node_get_text (pattern);

  /* Both are interned, so the same string is the same pointer. */
  if (pattern->name != node->name || pattern->ns != node->ns)
    return FALSE;

  for (guint i = 0; i < pattern->n_attributes; i++) {
    const XmppAttribute *wanted = &pattern->attributes[i];
    const XmppAttribute *found = find_attribute (node, wanted->ns, wanted->name);

    if (found == NULL || (strcmp (wanted->value, "*") != 0 && strcmp (wanted->value, found->value) != 0))
      return FALSE;
  }

  if (*text != '\0' && strcmp (text, "*") != 0 && strcmp (text, xmpp_node_get_text (node)) != 0)
    return FALSE;

  for (const XmppNode *wanted = pattern->first; wanted != NULL; wanted = wanted->next) {
    const XmppNode *child = node->first;

    while (child != NULL && !xmpp_node_covers (wanted, child))
      child = child->next;
    if (child == NULL)
      return FALSE;
  }

  return TRUE;
}
