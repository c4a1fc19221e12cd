/* What an element is made of, for the files that build and write it and for nobody else. */
#pragma once

#include "xmpp-node.h"

G_BEGIN_DECLS

typedef struct {
  char *name;    /* (owned) interned */
  char *ns;      /* (owned, nullable) interned; NULL: the attribute has no namespace */
  char *value;   /* (owned) UTF-8 */
} XmppAttribute;

struct _XmppNode {
  char          *name;         /* (owned) interned */
  char          *ns;           /* (owned, nullable) interned */
  XmppAttribute *attributes;   /* (owned, nullable) in the order they were set … */
  guint          n_attributes; /* … no two with the same name and namespace */
  GString       *text;         /* (owned, nullable) all text directly inside, in one piece */
  XmppNode      *parent;       /* (borrowed, nullable) */
  XmppNode      *first, *last; /* (owned, nullable) children */
  XmppNode      *previous;     /* (borrowed, nullable) */
  XmppNode      *next;         /* (nullable) owned by the parent */
};

/* A parser has seen to it that names are names, and that no attribute is there twice. */
XmppNode *xmpp_node_new_parsed (char          *name,         /* (transfer full) interned */
                                char          *ns,           /* (transfer full) (nullable) interned */
                                XmppAttribute *attributes,   /* (transfer full) (nullable) and what is in them */
                                guint          n_attributes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
