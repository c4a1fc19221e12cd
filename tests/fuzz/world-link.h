/* The way to a server made of nothing. */
#pragma once

#include "world.h"

G_BEGIN_DECLS

const XmppConnector *const *world_link_connectors (World *world);   /* (nullable) whose way it is from now on */

G_END_DECLS
