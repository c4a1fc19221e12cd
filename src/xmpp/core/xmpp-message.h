/* What a message says, in words a person would use: the vocabulary every layer above the protocol speaks. */
#pragma once

#include "xmpp-jid.h"

G_BEGIN_DECLS

typedef enum {   /* RFC 6121 §5.2.2 */
  XMPP_MESSAGE_NORMAL,
  XMPP_MESSAGE_CHAT,
  XMPP_MESSAGE_GROUPCHAT,
  XMPP_MESSAGE_HEADLINE,
  XMPP_MESSAGE_ERROR,
} XmppMessageType;

typedef enum {
  XMPP_ORIGIN_LIVE,
  XMPP_ORIGIN_CARBON_IN,    /* to one of our other devices */
  XMPP_ORIGIN_CARBON_OUT,   /* by one of our other devices */
  XMPP_ORIGIN_ARCHIVE,      /* from an archive's page: said earlier, by anybody in it */
} XmppOrigin;

typedef enum {
  XMPP_TYPING_UNCHANGED,
  XMPP_TYPING_ACTIVE,
  XMPP_TYPING_COMPOSING,
  XMPP_TYPING_PAUSED,
  XMPP_TYPING_INACTIVE,
  XMPP_TYPING_GONE,
} XmppTyping;

typedef enum {
  XMPP_ACT_SAY,    /* body, subject: something to show */
  XMPP_ACT_MARK,   /* the target was received (values[0] = "received") */
} XmppAct;

typedef enum {
  XMPP_TARGET_NONE,
  XMPP_TARGET_STANZA,    /* by the stanza's id */
  XMPP_TARGET_ORIGIN,    /* by its sender's origin-id */
  XMPP_TARGET_ARCHIVE,   /* by its archive's stanza-id */
} XmppTargetKind;

typedef struct {
  XmppTargetKind  kind;
  char           *id;   /* (owned, nullable) */
} XmppTarget;

/* Refcounted; filled once by the router's READ handlers, then read only. A XEP may fill a field; only something
 * new for the user's eyes may add one. */
typedef struct {
  XmppMessageType  type;
  XmppOrigin       origin;
  guint64          seq;            /* which stanza of the session it came in, from 1 on; 0: none of its own */
  XmppJid         *from, *to;      /* (owned) after unwrapping */
  char            *id;             /* (owned, nullable) the stanza's */
  char            *origin_id;      /* (owned, nullable) the sender's: spoofable */
  char            *archive_id;     /* (owned, nullable) the stanza-id, checked to be by the archive's owner */
  gint64           sent_at;        /* µs since 1970 UTC, 0: unknown */
  char            *body, *subject, *thread, *lang;   /* (owned, nullable) UTF-8 */
  XmppAct          act;
  XmppTarget       target;
  char           **values;         /* (owned, nullable) */
  gboolean         asks_receipt;
  XmppTyping       typing;
  GError          *error;          /* (owned, nullable) XMPP_STANZA_ERROR, with type ERROR */
} XmppMessage;

#define XMPP_TYPE_MESSAGE (xmpp_message_get_type ())

GType        xmpp_message_get_type   (void);
XmppMessage *xmpp_message_new        (void) G_GNUC_WARN_UNUSED_RESULT;
XmppMessage *xmpp_message_ref        (XmppMessage     *self);
void         xmpp_message_unref      (XmppMessage     *self);
const char  *xmpp_message_type_name  (XmppMessageType  type);
XmppMessageType xmpp_message_type_from_name (const char *name);   /* unknown or NULL: NORMAL, RFC 6121 §5.2.2 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppMessage, xmpp_message_unref)

G_END_DECLS
