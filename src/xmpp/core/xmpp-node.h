/* One XML element and what is in it: the tree every stanza is made of. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A tree of plain structs. The root is owned (g_autoptr, xmpp_node_free); children are borrowed from it.
 * Names and namespaces are interned GRefStrings. An attribute's name is "lang" with namespace NS_XML for xml:lang. */
typedef struct _XmppNode XmppNode;

#define XMPP_TYPE_NODE (xmpp_node_get_type ())

GType       xmpp_node_get_type    (void);
XmppNode   *xmpp_node_new         (const char      *name,
                                   const char      *ns) G_GNUC_WARN_UNUSED_RESULT;
XmppNode   *xmpp_node_copy        (const XmppNode  *self) G_GNUC_WARN_UNUSED_RESULT;
void        xmpp_node_free        (XmppNode        *self);

/* Build. Each returns the (borrowed) child it made; ns NULL: the parent's. */
XmppNode   *xmpp_node_add         (XmppNode        *self,
                                   const char      *name,
                                   const char      *ns);
XmppNode   *xmpp_node_add_text    (XmppNode        *self,
                                   const char      *name,
                                   const char      *ns,
                                   const char      *text);
XmppNode   *xmpp_node_adopt       (XmppNode        *self,
                                   XmppNode        *child);   /* (transfer full) child */
void        xmpp_node_set         (XmppNode        *self,
                                   const char      *attribute,
                                   const char      *value);   /* NULL removes */
void        xmpp_node_set_ns      (XmppNode        *self,
                                   const char      *ns,
                                   const char      *attribute,
                                   const char      *value);
void        xmpp_node_append_text (XmppNode        *self,
                                   const char      *text,
                                   gssize           length);
void        xmpp_node_remove      (XmppNode        *self,
                                   XmppNode        *child);   /* unlinks and frees */

/* Ask. Everything returned is borrowed and may be NULL. */
gboolean    xmpp_node_is          (const XmppNode  *self,
                                   const char      *name,
                                   const char      *ns);
const char *xmpp_node_get_name    (const XmppNode  *self);
const char *xmpp_node_get_ns      (const XmppNode  *self);
const char *xmpp_node_get         (const XmppNode  *self,
                                   const char      *attribute);
const char *xmpp_node_get_with_ns (const XmppNode  *self,
                                   const char      *ns,
                                   const char      *attribute);
const char *xmpp_node_get_text    (const XmppNode  *self);    /* its own text, "" when it has none; never NULL */
XmppNode   *xmpp_node_get_parent  (const XmppNode  *self);
XmppNode   *xmpp_node_get_first   (const XmppNode  *self);    /* first child element */
XmppNode   *xmpp_node_get_next    (const XmppNode  *self);    /* next sibling element */
XmppNode   *xmpp_node_find        (const XmppNode  *self,
                                   const char      *name,
                                   const char      *ns);      /* first child like this; ns NULL: self's */
XmppNode   *xmpp_node_find_next   (const XmppNode  *child,
                                   const char      *name,
                                   const char      *ns);      /* next sibling like this */
const char *xmpp_node_find_text   (const XmppNode  *self,
                                   const char      *name,
                                   const char      *ns);      /* its text, NULL when there is no such child */
gboolean    xmpp_node_covers      (const XmppNode  *pattern,
                                   const XmppNode  *node);    /* pattern's attributes and children are in node; "*" any value */

/* Write. Streams write with parent_ns = "jabber:client"; char data XML cannot carry is replaced by U+FFFD. */
void        xmpp_node_write       (const XmppNode  *self,
                                   const char      *parent_ns,
                                   GString         *out);
char       *xmpp_node_to_string   (const XmppNode  *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppNode, xmpp_node_free)

G_END_DECLS
