/* A network for tests: names that lead to loopback or nowhere, SRV records, proxies, and listening servers. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Becomes the process's resolver and proxy resolver. At first: no SRV record at all, every name unknown, no proxy. */
void        mock_network_install     (void);
void        mock_network_reset       (void);
void        mock_network_add_srv     (const char *service,      /* "xmpp-client" */
                                      const char *host,         /* "" says: no such service */
                                      guint16     port,
                                      guint16     priority,
                                      guint16     weight);
void        mock_network_fail_srv    (const char *service);     /* DNS fails for a while */
void        mock_network_hold_srv    (const char *service);     /* DNS never answers */
void        mock_network_add_name    (const char *host);        /* is 127.0.0.1 */
void        mock_network_hold_name   (const char *host);        /* DNS never answers about it */
void        mock_network_set_proxies (const char *uris);        /* spaces between; NULL: the proxy resolver fails */
const char *mock_network_get_asked   (void);                    /* every name and service looked up, each with a space behind */
const char *mock_network_get_proxy_uri (void);                  /* what the proxy resolver was asked last */

/* A port on loopback; connections wait in accepted (of GSocketConnection, (owned)). */
typedef struct {
  GSocketService *service;    /* (owned) */
  GQueue          accepted;
  guint16         port;
} MockListener;

MockListener *mock_listener_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void          mock_listener_free     (MockListener *self);
GIOStream    *mock_listener_wait     (MockListener *self) G_GNUC_WARN_UNUSED_RESULT;
guint16       mock_closed_port       (void);                    /* nobody listens there */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockListener, mock_listener_free)

G_END_DECLS
