/* Where a server may be reached, in the order to try: the merged SRV records of a domain (RFC 2782, XEP-0368). */

#include "xmpp-endpoints.h"

#include <string.h>

/* By priority; within one, those without weight first, as RFC 2782's drawing of lots wants it. */
static int
endpoint_compare (gconstpointer a,
                  gconstpointer b)
{
  const XmppEndpoint *left = *(const XmppEndpoint *const *) a;
  const XmppEndpoint *right = *(const XmppEndpoint *const *) b;

  if (left->priority != right->priority)
    return left->priority < right->priority ? -1 : 1;
  return (left->weight != 0) - (right->weight != 0);
}

static guint
endpoints_end_of_priority (GPtrArray *endpoints,
                           guint      begin)
{
  const XmppEndpoint *first = g_ptr_array_index (endpoints, begin);
  guint end = begin;

  while (end < endpoints->len && ((XmppEndpoint *) g_ptr_array_index (endpoints, end))->priority == first->priority)
    end++;
  return end;
}

/* The first of [begin, end) whose running sum of weights reaches the number drawn. */
static guint
endpoints_draw (GPtrArray *endpoints,
                guint      begin,
                guint      end,
                GRand     *random)
{
  guint total = 0;
  guint sum = 0;
  guint drawn;

  for (guint i = begin; i < end; i++)
    total += ((XmppEndpoint *) g_ptr_array_index (endpoints, i))->weight;
  drawn = g_rand_int_range (random, 0, (gint32) MIN (total, G_MAXINT32 - 1) + 1);
  for (guint i = begin; i < end; i++) {
    sum += ((XmppEndpoint *) g_ptr_array_index (endpoints, i))->weight;
    if (sum >= drawn)
      return i;
  }
  return begin;
}

static void
endpoints_move (GPtrArray *endpoints,
                guint      from,
                guint      to)
{
  gpointer endpoint = g_ptr_array_steal_index (endpoints, from);

  g_ptr_array_insert (endpoints, (int) to, endpoint);
}

static gboolean
is_host_name (const char *text)
{
  g_autofree char *ascii = g_hostname_to_ascii (text);

  if (ascii == NULL || *ascii == '\0' || *ascii == '.' || *ascii == '-' || strlen (ascii) > 253)
    return FALSE;
  for (const char *c = ascii; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '.' && *c != '-')
      return FALSE;
  return TRUE;
}

/* -- public -- */

/**
 * xmpp_endpoint_new:
 * @host: a host name or an IP address
 * @port: its port
 * @direct: whether TLS begins with the first byte
 * @found: how it was found
 *
 * Returns: (transfer full): an endpoint of priority and weight 0, without a proxy
 */
XmppEndpoint *
xmpp_endpoint_new (const char *host,
                   guint16     port,
                   gboolean    direct,
                   XmppFound   found)
{
  XmppEndpoint *self = g_new0 (XmppEndpoint, 1);

  self->host = g_strdup (host);
  self->port = port;
  self->direct = direct;
  self->found = found;
  return self;
}

/**
 * xmpp_endpoint_parse:
 * @text: "host", "host:port" or "[address]:port", as RFC 6120 §4.9.3.19 has it
 * @usual_port: when @text names none
 *
 * Returns: (transfer full) (nullable): the place with STARTTLS; %NULL when @text is none
 */
XmppEndpoint *
xmpp_endpoint_parse (const char *text,
                     guint16     usual_port)
{
  gboolean is_bracketed = *text == '[';
  const char *end = is_bracketed ? strchr (text, ']') : strchr (text, ':');
  g_autofree char *host = NULL;
  guint64 port = usual_port;

  if (is_bracketed && end == NULL)
    return NULL;
  host = is_bracketed ? g_strndup (text + 1, (gsize) (end - text - 1))
                      : g_strndup (text, end != NULL ? (gsize) (end - text) : strlen (text));
  if (is_bracketed)
    end++;
  if (end != NULL && *end != '\0'
      && (*end != ':' || !g_ascii_string_to_unsigned (end + 1, 10, 1, G_MAXUINT16, &port, NULL)))
    return NULL;
  if (is_bracketed ? !g_hostname_is_ip_address (host) : !is_host_name (host))
    return NULL;
  return xmpp_endpoint_new (host, (guint16) port, FALSE, XMPP_FOUND_SRV);
}

/**
 * xmpp_endpoint_free:
 * @self: (transfer full): an endpoint
 */
void
xmpp_endpoint_free (XmppEndpoint *self)
{
  g_free (self->host);
  g_free (self->proxy);
  g_free (self);
}

/**
 * xmpp_endpoints_add:
 * @endpoints: (element-type XmppEndpoint): where to add to
 * @targets: (element-type GSrvTarget): the SRV records of one service
 * @direct: whether the service is xmpps-client
 *
 * Adds the targets of one service. The root domain as the only target says that the service is decidedly not
 * available (RFC 2782); GLib gives it as an empty name. Nothing is added then.
 */
void
xmpp_endpoints_add (GPtrArray *endpoints,
                    GList     *targets,
                    gboolean   direct)
{
  for (GList *link = targets; link != NULL; link = link->next) {
    GSrvTarget *target = link->data;
    const char *host = g_srv_target_get_hostname (target);
    XmppEndpoint *endpoint;

    if (host[0] == '\0' || g_str_equal (host, ".") || g_srv_target_get_port (target) == 0)
      continue;
    endpoint = xmpp_endpoint_new (host, g_srv_target_get_port (target), direct, XMPP_FOUND_SRV);
    endpoint->priority = g_srv_target_get_priority (target);
    endpoint->weight = g_srv_target_get_weight (target);
    g_ptr_array_add (endpoints, endpoint);
  }
}

/**
 * xmpp_endpoints_order:
 * @endpoints: (element-type XmppEndpoint): the endpoints of all services, in any order
 * @random: draws the lots
 *
 * Puts the endpoints into the order in which to try them: by priority, and by weighted lot within one priority
 * (RFC 2782), over both services as if they were one (XEP-0368 §3). Keeps the first %XMPP_ENDPOINTS_MAX.
 */
void
xmpp_endpoints_order (GPtrArray *endpoints,
                      GRand     *random)
{
  g_ptr_array_sort (endpoints, endpoint_compare);
  for (guint begin = 0; begin < endpoints->len;) {
    guint end = endpoints_end_of_priority (endpoints, begin);

    for (; begin < end; begin++)
      endpoints_move (endpoints, endpoints_draw (endpoints, begin, end, random), begin);
  }
  if (endpoints->len > XMPP_ENDPOINTS_MAX)
    g_ptr_array_set_size (endpoints, XMPP_ENDPOINTS_MAX);
}
