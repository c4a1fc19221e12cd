/* What main.c hands down: what the whole layer works with. */
#pragma once

#include "base-clock.h"
#include "chat-types.h"
#include "desktop-secrets.h"
#include "store.h"
#include "xmpp-feature.h"
#include "xmpp-transport.h"

G_BEGIN_DECLS

/* Everything is borrowed; the core takes its own references. */
typedef struct {
  Store                       *store;
  DesktopSecrets              *secrets;
  BaseClock                   *clock;
  GTlsDatabase                *trust;        /* (nullable) instead of the system's */
  const XmppFeature   *const  *features;     /* NULL-ended */
  const XmppConnector *const  *connectors;   /* NULL-ended */
  const ChatPart      *const  *parts;        /* NULL-ended */
} ChatCoreSetup;

G_END_DECLS
