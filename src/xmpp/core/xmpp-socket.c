/* What the kernel is told about the socket under a connection. */
#include "xmpp-socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/**
 * xmpp_socket_find_tcp:
 * @io: a connection, perhaps with TLS on it
 *
 * Returns: (transfer full) (nullable): the socket of TCP at the bottom of @io
 */
GSocket *
xmpp_socket_find_tcp (GIOStream *io)
{
  g_autoptr (GIOStream) base = NULL;

  if (G_IS_TLS_CONNECTION (io))
    g_object_get (io, "base-io-stream", &base, NULL);
  if (base != NULL)
    return xmpp_socket_find_tcp (base);
  return G_IS_TCP_CONNECTION (io) ? g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION (io))) : NULL;
}

/**
 * xmpp_socket_ack_quickly:
 * @socket: of TCP
 *
 * Has what came acknowledged now. A server that has sent all it may waits for that; the kernel would keep it back for a
 * while, in the hope of something to send with it. It forgets the wish, so it is to be told again each time.
 */
void
xmpp_socket_ack_quickly (GSocket *socket)
{
#ifdef TCP_QUICKACK
  g_socket_set_option (socket, IPPROTO_TCP, TCP_QUICKACK, TRUE, NULL);
#endif
}
