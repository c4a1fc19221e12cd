/* The registry that meson writes from the one list in this folder's meson.build. */
#pragma once

#include "xmpp-feature.h"

G_BEGIN_DECLS

/* A XEP or RFC we speak; feature is NULL for what is no feature table (stream negotiation). */
typedef struct {
  const char        *spec;      /* "XEP-0368 1.1.0"; NULL with a feature: its own xep says it */
  const char        *file;      /* where it lives, without ".c" */
  const XmppFeature *feature;   /* (nullable) */
} XmppClaim;

extern const XmppFeature *const xmpp_features[];   /* NULL-ended */
extern const XmppClaim          xmpp_claims[];     /* ends with file NULL */

G_END_DECLS
