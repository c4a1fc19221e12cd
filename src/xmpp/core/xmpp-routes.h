/* The registry as tables: which features live in a session, and who is behind a route. */
#pragma once

#include "xmpp-feature.h"

G_BEGIN_DECLS

typedef struct _XmppRoutes XmppRoutes;

XmppRoutes   *xmpp_routes_new          (XmppSession              *session,    /* (not owned) */
                                       const XmppFeature *const *features) G_GNUC_WARN_UNUSED_RESULT;
void         xmpp_routes_free         (XmppRoutes               *self);
gpointer     xmpp_routes_get_state    (XmppRoutes               *self,
                                       const XmppFeature        *feature);   /* (nullable) */
void         xmpp_routes_attach       (XmppRoutes               *self);
void         xmpp_routes_online       (XmppRoutes               *self);
void         xmpp_routes_suspended    (XmppRoutes               *self);
void         xmpp_routes_resumed      (XmppRoutes               *self);
void         xmpp_routes_offline      (XmppRoutes               *self);
void         xmpp_routes_check        (XmppRoutes               *self);
gboolean     xmpp_routes_want         (XmppRoutes               *self,
                                       XmppRouteKind             kind,
                                       const XmppNode           *payload);
XmppVerdict  xmpp_routes_ask          (XmppRoutes               *self,
                                       XmppRouteKind             kind,
                                       const char               *ns,
                                       const char               *name,
                                       XmppNode                 *stanza,
                                       XmppNode                 *payload,
                                       XmppMessage              *message);
XmppVerdict  xmpp_routes_ask_payloads (XmppRoutes               *self,
                                       XmppRouteKind             kind,
                                       XmppNode                 *stanza,
                                       XmppMessage              *message);
gboolean     xmpp_routes_ask_all      (XmppRoutes               *self,
                                       XmppRouteKind             kind,
                                       XmppNode                 *stanza,
                                       XmppMessage              *message);
GPtrArray   *xmpp_routes_disco        (XmppRoutes               *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
