/* Finds who wants a stanza: one hash look-up per payload, in the order of the phases. */
#pragma once

#include "xmpp-error.h"
#include "xmpp-feature.h"

G_BEGIN_DECLS

typedef struct _XmppRouter XmppRouter;

/* The sink for what the phases produced; called once for each message that may be shown or acted on. */
typedef void (*XmppRouterSink) (XmppMessage *message, gpointer user_data);

XmppRouter *xmpp_router_new        (XmppSession              *session,    /* (not owned) */
                                    const XmppFeature *const *features,   /* NULL-ended registry */
                                    XmppRouterSink            sink,
                                    gpointer                  user_data) G_GNUC_WARN_UNUSED_RESULT;
void        xmpp_router_free       (XmppRouter               *self);
gpointer    xmpp_router_get_state  (XmppRouter               *self,
                                    const XmppFeature        *feature);   /* (nullable) */
void        xmpp_router_attach     (XmppRouter               *self);
void        xmpp_router_online     (XmppRouter               *self,
                                    XmppJid                  *own);       /* the full JID */
void        xmpp_router_suspended  (XmppRouter               *self);
void        xmpp_router_resumed    (XmppRouter               *self,
                                    XmppJid                  *own);       /* the same as before */
void        xmpp_router_offline    (XmppRouter               *self);
void        xmpp_router_check      (XmppRouter               *self);
XmppNode   *xmpp_router_iq         (XmppRouter               *self,
                                    XmppNode                 *iq) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) the error to answer with */
XmppNode   *xmpp_router_refuse     (XmppRouter               *self,
                                    XmppNode                 *iq,
                                    XmppStanzaError           code) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) likewise, unheard */
void        xmpp_router_presence   (XmppRouter               *self,
                                    XmppNode                 *presence);
void        xmpp_router_message    (XmppRouter               *self,
                                    XmppNode                 *message);
void        xmpp_router_inner      (XmppRouter               *self,
                                    XmppNode                 *message,
                                    XmppOrigin                origin,
                                    gint64                    stamp);     /* from an UNWRAP handler; never unwraps again */
void        xmpp_router_read_inner (XmppRouter               *self,
                                    XmppNode                 *message,
                                    gint64                    stamp,
                                    const char               *archive_id,
                                    GPtrArray                *into);      /* of XmppMessage, instead of the sink */
void        xmpp_router_features   (XmppRouter               *self,
                                    XmppNode                 *features);  /* <stream:features/> after login */
void        xmpp_router_stored     (XmppRouter               *self,
                                    XmppMessage              *message);
XmppNode   *xmpp_router_compose    (XmppRouter               *self,
                                    XmppMessage              *message) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) refused */
void        xmpp_router_compose_presence (XmppRouter         *self,
                                    XmppNode                 *presence);
GPtrArray  *xmpp_router_disco      (XmppRouter               *self) G_GNUC_WARN_UNUSED_RESULT;   /* sorted, unique, of borrowed strings */

G_END_DECLS
