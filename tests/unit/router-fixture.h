/* A router whose features leave a letter for each handler that was asked: the fixture of the router's tests. */
#pragma once

#include "xmpp-router.h"

G_BEGIN_DECLS

#define OWN "romeo@montague.example/orchard"

/* Feature a's state: it must be its own, and zeroed. */
typedef struct {
  int asked;
} RouterState;

extern XmppRouter *router;                  /* under test */
extern GString    *router_asked;            /* the letters */
extern GPtrArray  *router_heard_messages;   /* of XmppMessage: what reached the sink */
extern gboolean    router_is_quiet;         /* feature b advertises nothing */

extern const XmppFeature        router_feature_a;
extern const XmppFeature        router_feature_b;
extern const XmppFeature *const router_without_a[];   /* a registry with b, which needs a */

void         router_set_up        (void);
void         router_tear_down     (void);
void         router_assert_asked  (const char *letters);      /* and forgets them */
XmppNode    *router_parse         (const char *xml);
void         router_take_message  (const char *attributes,
                                   const char *children);
void         router_take_presence (const char *attributes,
                                   const char *children);
const char  *router_take_iq       (const char *attributes,
                                   const char *children);     /* (nullable) the condition of the error that is answered */
XmppMessage *router_heard         (guint       i);

G_END_DECLS
