/* What a protocol feature is: a const table of what it is called, needs, advertises, hears and writes. */
#pragma once

#include <gio/gio.h>

#include "xmpp-message.h"
#include "xmpp-node.h"
#include "xmpp-presence.h"

G_BEGIN_DECLS

typedef struct _XmppSession XmppSession;
typedef struct _XmppFeature XmppFeature;

typedef enum {
  XMPP_PASS,    /* not mine, or only looked at: ask the next */
  XMPP_TAKEN,   /* done: ask nobody else; for an iq: it is answered, or will be */
  XMPP_REFUSE,  /* nobody may have this: drop the stanza; for an iq: answer service-unavailable */
} XmppVerdict;

/* The places in the day of a stanza. A route names a payload (name, ns) and a place. */
typedef enum {
  XMPP_ROUTE_END,
  XMPP_IQ_GET,            /* a question to us; nobody home → service-unavailable */
  XMPP_IQ_SET,
  XMPP_PRESENCE,          /* theirs; name NULL: every presence */
  XMPP_PRESENCE_WRITE,    /* into ours; name and ns NULL */
  XMPP_PEP_EVENT,         /* ns = node; only from the account it belongs to; yields the "+notify" feature */
  XMPP_STREAM_FEATURE,    /* a child of <stream:features/> after login; payload is that child */
  XMPP_MESSAGE_UNWRAP,    /* a message around a message; checks who may wrap; calls xmpp_router_inner */
  XMPP_MESSAGE_OPEN,      /* turn ciphertext into payloads */
  XMPP_MESSAGE_READ,      /* payload → fields of XmppMessage; name NULL: every message, payload NULL */
  XMPP_MESSAGE_WRITE,     /* fields → payload; name and ns NULL */
  XMPP_MESSAGE_SEAL,      /* payloads → ciphertext, last of all */
  XMPP_MESSAGE_STORED,    /* after the commit: what is confirmed cannot be lost any more; stanza and payload NULL */
} XmppRouteKind;

/* @stanza: (nullable) the whole stanza, to add to in the WRITE kinds; @payload: (nullable) its child that the
 * route names; @message: (nullable) in the MESSAGE kinds what is being filled or written. */
typedef XmppVerdict (*XmppHandler) (XmppSession *session,
                                    gpointer     state,
                                    XmppNode    *stanza,
                                    XmppNode    *payload,
                                    XmppMessage *message);

typedef struct {
  XmppRouteKind  kind;
  const char    *ns;
  const char    *name;
  XmppHandler    handler;
} XmppRoute;

struct _XmppFeature {
  const char                 *name;         /* "receipts" */
  const char                 *xep;          /* "XEP-0184 1.4.0" or "RFC 6121", goes into the doap file */
  const char * const         *disco;        /* (nullable) NULL-ended: what we advertise */
  const XmppFeature * const  *needs;        /* (nullable) NULL-ended, by address: a missing feature does not link */
  const XmppRoute            *routes;       /* (nullable) ends with kind XMPP_ROUTE_END */
  gsize                       state_size;   /* bytes, zeroed, one per session */
  gboolean (*enabled) (XmppSession *session, gpointer state);   /* (nullable) FALSE: not advertised */
  void (*attach)  (XmppSession *session, gpointer state);       /* (nullable) the session was made */
  void (*online)  (XmppSession *session, gpointer state);       /* (nullable) a resource is bound; before our first presence */
  void (*suspended) (XmppSession *session, gpointer state);     /* (nullable) the link is lost; resumed or offline follows */
  void (*resumed) (XmppSession *session, gpointer state);       /* (nullable) … and back, with everything that was (XEP-0198 §5) */
  void (*check)   (XmppSession *session, gpointer state);       /* (nullable) is the link alive? The server confirms nothing by itself */
  void (*offline) (XmppSession *session, gpointer state);       /* (nullable) the session is over */
  void (*detach)  (XmppSession *session, gpointer state);       /* (nullable) the session is going away; free what state owns */
};

G_END_DECLS
