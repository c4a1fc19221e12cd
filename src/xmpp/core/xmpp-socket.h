/* What the kernel is told about the socket under a connection. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocket *xmpp_socket_find_tcp    (GIOStream *io) G_GNUC_WARN_UNUSED_RESULT;
void     xmpp_socket_ack_quickly (GSocket   *socket);

G_END_DECLS
