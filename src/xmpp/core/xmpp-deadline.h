/* A cancellable for one step: cancelled with its caller's, or when the step's time is up. */
#pragma once

#include <gio/gio.h>

#include "base-clock.h"

G_BEGIN_DECLS

typedef struct _XmppDeadline XmppDeadline;

XmppDeadline *xmpp_deadline_new             (BaseClock    *clock,
                                             GCancellable *outer,         /* (nullable) */
                                             GTimeSpan     span) G_GNUC_WARN_UNUSED_RESULT;
void          xmpp_deadline_free            (XmppDeadline *self);
GCancellable *xmpp_deadline_get_cancellable (XmppDeadline *self);
gboolean      xmpp_deadline_is_over         (XmppDeadline *self);   /* the time was up, and nobody else cancelled before */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppDeadline, xmpp_deadline_free)

G_END_DECLS
