/* Questions under way: matched by id and sender, ended by reply, error, deadline, cancellation or close. */
#pragma once

#include <gio/gio.h>

#include "base-clock.h"
#include "xmpp-jid.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

#define XMPP_IQ_TIMEOUT (30 * G_TIME_SPAN_SECOND)

typedef struct _XmppIqTable XmppIqTable;

XmppIqTable *xmpp_iq_table_new   (BaseClock     *clock) G_GNUC_WARN_UNUSED_RESULT;
void         xmpp_iq_table_free  (XmppIqTable   *self);
const char  *xmpp_iq_table_add   (XmppIqTable   *self,
                                  XmppNode      *iq,        /* gets a random id when it has none */
                                  XmppJid       *own,       /* the bound full JID; NULL before binding */
                                  gint64         timeout_us,
                                  GTask         *task);     /* (transfer full) returns the reply, an XmppNode */
gboolean     xmpp_iq_table_take  (XmppIqTable   *self,
                                  XmppNode      *reply);    /* result or error; (transfer full) when TRUE */
void         xmpp_iq_table_close (XmppIqTable   *self,
                                  const GError  *error);    /* fails all that wait */
guint        xmpp_iq_table_size  (XmppIqTable   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppIqTable, xmpp_iq_table_free)

G_END_DECLS
