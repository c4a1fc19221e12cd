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
  char     *name;         /* (owned) interned */
  char     *ns;           /* (owned, nullable) interned */
  GArray   *attributes;   /* (owned, nullable) of XmppAttribute, in the order they were set */
  GString  *text;         /* (owned, nullable) all text directly inside, in one piece */
  XmppNode *parent;       /* (borrowed, nullable) */
  XmppNode *first, *last; /* (owned, nullable) children */
  XmppNode *previous;     /* (borrowed, nullable) */
  XmppNode *next;         /* (nullable) owned by the parent */
};

G_END_DECLS
