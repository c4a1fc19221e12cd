/* The registry as tables: which features live in a session, and who is behind a route. */
#include "xmpp-routes.h"

#include <string.h>

/* What a handler is found by. The strings are the routes' own, or borrowed from a stanza for a look-up. */
typedef struct {
  XmppRouteKind  kind;
  const char    *ns;     /* (nullable) */
  const char    *name;   /* (nullable) */
} RouteKey;

typedef struct {
  XmppHandler handler;
  gpointer    state;
} Hook;

/* A feature of the registry, with what belongs to it in this session. */
typedef struct {
  const XmppFeature *feature;
  gpointer           state;    /* (owned, nullable) state_size bytes */
  GPtrArray         *notify;   /* (owned) "node+notify" for each PEP_EVENT route */
} Slot;

struct _XmppRoutes {
  XmppSession *session;   /* (not owned) */
  GArray      *slots;     /* of Slot, in registry order */
  GHashTable  *states;    /* feature → its state */
  GHashTable  *hooks;     /* RouteKey → GArray of Hook, in registry order */
  gboolean     is_attached;
  gboolean     is_online;    /* from bound to over … */
  gboolean     is_linked;    /* … and not suspended */
};

static guint
route_key_hash (gconstpointer key)
{
  const RouteKey *self = key;
  guint hash = self->kind;

  if (self->ns != NULL)
    hash = hash * 33 + g_str_hash (self->ns);
  if (self->name != NULL)
    hash = hash * 33 + g_str_hash (self->name);
  return hash;
}

static gboolean
route_key_equal (gconstpointer a,
                 gconstpointer b)
{
  const RouteKey *one = a, *other = b;

  return one->kind == other->kind && g_strcmp0 (one->name, other->name) == 0 && g_strcmp0 (one->ns, other->ns) == 0;
}

static void
slot_clear (gpointer data)
{
  Slot *slot = data;

  g_free (slot->state);
  g_ptr_array_unref (slot->notify);
}

static void
routes_add_route (XmppRoutes      *self,
                  Slot            *slot,
                  const XmppRoute *route)
{
  RouteKey key = { route->kind, route->ns, route->name };
  Hook hook = { route->handler, slot->state };
  GArray *hooks = g_hash_table_lookup (self->hooks, &key);

  g_assert (route->handler != NULL);
  if (hooks == NULL) {
    hooks = g_array_new (FALSE, FALSE, sizeof (Hook));
    g_hash_table_insert (self->hooks, g_memdup2 (&key, sizeof key), hooks);
  }
  g_array_append_val (hooks, hook);
  if (route->kind == XMPP_PEP_EVENT)
    g_ptr_array_add (slot->notify, g_strconcat (route->ns, "+notify", NULL));
}

static void
routes_add_feature (XmppRoutes               *self,
                    const XmppFeature        *feature,
                    const XmppFeature *const *registry)
{
  Slot slot = { feature, NULL, g_ptr_array_new_with_free_func (g_free) };

  for (const XmppFeature *const *need = feature->needs; need != NULL && *need != NULL; need++) {
    const XmppFeature *const *found = registry;

    while (*found != NULL && *found != *need)
      found++;
    if (*found == NULL)
      g_error ("the feature %s needs %s, which is not in the registry", feature->name, (*need)->name);
  }

  if (feature->state_size > 0)
    slot.state = g_malloc0 (feature->state_size);
  g_hash_table_insert (self->states, (gpointer) feature, slot.state);
  for (const XmppRoute *route = feature->routes; route != NULL && route->kind != XMPP_ROUTE_END; route++)
    routes_add_route (self, &slot, route);
  g_array_append_val (self->slots, slot);
}

static GArray *
routes_find (XmppRoutes    *self,
             XmppRouteKind  kind,
             const char    *ns,
             const char    *name)
{
  RouteKey key = { kind, ns, name };

  return g_hash_table_lookup (self->hooks, &key);
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * xmpp_routes_new:
 * @session: (not owned): what handlers are handed
 * @features: the registry, %NULL-ended
 *
 * Builds the tables from all routes of the registry. A feature that needs one that is not there ends the program: that
 * is a mistake in the registry, not in the weather.
 *
 * Returns: (transfer full): slots that are not attached
 */
XmppRoutes *
xmpp_routes_new (XmppSession              *session,
                 const XmppFeature *const *features)
{
  XmppRoutes *self = g_new0 (XmppRoutes, 1);

  self->session = session;
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  g_array_set_clear_func (self->slots, slot_clear);
  self->states = g_hash_table_new (NULL, NULL);
  self->hooks = g_hash_table_new_full (route_key_hash, route_key_equal, g_free, (GDestroyNotify) g_array_unref);
  for (const XmppFeature *const *feature = features; *feature != NULL; feature++)
    routes_add_feature (self, *feature, features);
  return self;
}

/**
 * xmpp_routes_free:
 * @self: (transfer full): the slots
 *
 * Detaches the features, last first, and frees their state.
 */
void
xmpp_routes_free (XmppRoutes *self)
{
  for (guint i = self->slots->len; self->is_attached && i > 0; i--) {
    Slot *slot = &g_array_index (self->slots, Slot, i - 1);

    if (slot->feature->detach != NULL)
      slot->feature->detach (self->session, slot->state);
  }
  g_hash_table_unref (self->hooks);
  g_hash_table_unref (self->states);
  g_array_unref (self->slots);
  g_free (self);
}

/**
 * xmpp_routes_get_state:
 * @self: the slots
 * @feature: a feature
 *
 * Returns: (transfer none) (nullable): the feature's state; %NULL when it keeps none or is not in the registry
 */
gpointer
xmpp_routes_get_state (XmppRoutes        *self,
                       const XmppFeature *feature)
{
  return g_hash_table_lookup (self->states, feature);
}

/**
 * xmpp_routes_attach:
 * @self: the slots
 *
 * Tells each feature that the session was made.
 */
void
xmpp_routes_attach (XmppRoutes *self)
{
  self->is_attached = TRUE;
  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = &g_array_index (self->slots, Slot, i);

    if (slot->feature->attach != NULL)
      slot->feature->attach (self->session, slot->state);
  }
}

/**
 * xmpp_routes_online:
 * @self: the slots
 *
 * Tells each feature that a resource is bound; stops when one of them ends the session.
 */
void
xmpp_routes_online (XmppRoutes *self)
{
  self->is_online = TRUE;
  self->is_linked = TRUE;
  for (guint i = 0; i < self->slots->len && self->is_online && self->is_linked; i++) {
    Slot *slot = &g_array_index (self->slots, Slot, i);

    if (slot->feature->online != NULL)
      slot->feature->online (self->session, slot->state);
  }
}

/**
 * xmpp_routes_suspended:
 * @self: the slots
 *
 * Tells each feature, last first, that the link is lost and may come back; stops when one of them ends the session.
 */
void
xmpp_routes_suspended (XmppRoutes *self)
{
  self->is_linked = FALSE;
  for (guint i = self->slots->len; i > 0 && self->is_online && !self->is_linked; i--) {
    Slot *slot = &g_array_index (self->slots, Slot, i - 1);

    if (slot->feature->suspended != NULL)
      slot->feature->suspended (self->session, slot->state);
  }
}

/**
 * xmpp_routes_resumed:
 * @self: the slots
 *
 * Tells each feature that the link is back; stops when one of them loses it again.
 */
void
xmpp_routes_resumed (XmppRoutes *self)
{
  self->is_linked = TRUE;
  for (guint i = 0; i < self->slots->len && self->is_online && self->is_linked; i++) {
    Slot *slot = &g_array_index (self->slots, Slot, i);

    if (slot->feature->resumed != NULL)
      slot->feature->resumed (self->session, slot->state);
  }
}

/**
 * xmpp_routes_check:
 * @self: the slots
 *
 * Asks each feature that can do so to find out whether the link is alive.
 */
void
xmpp_routes_check (XmppRoutes *self)
{
  for (guint i = 0; i < self->slots->len && self->is_online && self->is_linked; i++) {
    Slot *slot = &g_array_index (self->slots, Slot, i);

    if (slot->feature->check != NULL)
      slot->feature->check (self->session, slot->state);
  }
}

/**
 * xmpp_routes_offline:
 * @self: the slots
 *
 * Tells each feature, last first, that the session is over; nothing when it was not online.
 */
void
xmpp_routes_offline (XmppRoutes *self)
{
  if (!self->is_online)
    return;
  self->is_online = FALSE;
  self->is_linked = FALSE;
  for (guint i = self->slots->len; i > 0; i--) {
    Slot *slot = &g_array_index (self->slots, Slot, i - 1);

    if (slot->feature->offline != NULL)
      slot->feature->offline (self->session, slot->state);
  }
}

/**
 * xmpp_routes_want:
 * @self: the slots
 * @kind: a place
 * @payload: a payload
 *
 * Returns: whether anybody has a route for @payload at @kind
 */
gboolean
xmpp_routes_want (XmppRoutes     *self,
                  XmppRouteKind   kind,
                  const XmppNode *payload)
{
  return routes_find (self, kind, xmpp_node_get_ns (payload), xmpp_node_get_name (payload)) != NULL;
}

/**
 * xmpp_routes_ask:
 * @self: the slots
 * @kind: a place
 * @ns: (nullable): the route's namespace
 * @name: (nullable): the route's name
 * @stanza: (nullable): for the handlers
 * @payload: (nullable): for the handlers
 * @message: (nullable): for the handlers
 *
 * Asks those behind one route, in registry order, until somebody answers.
 *
 * Returns: the answer; %XMPP_PASS when nobody had one
 */
XmppVerdict
xmpp_routes_ask (XmppRoutes    *self,
                 XmppRouteKind  kind,
                 const char    *ns,
                 const char    *name,
                 XmppNode      *stanza,
                 XmppNode      *payload,
                 XmppMessage   *message)
{
  GArray *hooks = routes_find (self, kind, ns, name);
  XmppVerdict verdict = XMPP_PASS;

  for (guint i = 0; hooks != NULL && i < hooks->len && verdict == XMPP_PASS; i++) {
    const Hook *hook = &g_array_index (hooks, Hook, i);

    verdict = hook->handler (self->session, hook->state, stanza, payload, message);
  }
  return verdict;
}

/**
 * xmpp_routes_ask_payloads:
 * @self: the slots
 * @kind: a place
 * @stanza: whose children are the payloads
 * @message: (nullable): for the handlers
 *
 * Asks about each payload in turn until somebody answers. A handler may remove its own payload.
 *
 * Returns: the answer; %XMPP_PASS when nobody had one
 */
XmppVerdict
xmpp_routes_ask_payloads (XmppRoutes    *self,
                          XmppRouteKind  kind,
                          XmppNode      *stanza,
                          XmppMessage   *message)
{
  XmppVerdict verdict = XMPP_PASS;
  XmppNode *next;

  for (XmppNode *child = xmpp_node_get_first (stanza); child != NULL && verdict == XMPP_PASS; child = next) {
    next = xmpp_node_get_next (child);
    verdict = xmpp_routes_ask (self, kind, xmpp_node_get_ns (child), xmpp_node_get_name (child), stanza, child,
                               message);
  }
  return verdict;
}

/**
 * xmpp_routes_ask_all:
 * @self: the slots
 * @kind: a place
 * @stanza: (nullable): for the handlers
 * @message: (nullable): for the handlers
 *
 * Asks all whose route at @kind names no payload: each adds to what the others did, so only a refusal ends the round.
 *
 * Returns: %FALSE when somebody refused
 */
gboolean
xmpp_routes_ask_all (XmppRoutes    *self,
                     XmppRouteKind  kind,
                     XmppNode      *stanza,
                     XmppMessage   *message)
{
  GArray *hooks = routes_find (self, kind, NULL, NULL);

  for (guint i = 0; hooks != NULL && i < hooks->len; i++) {
    const Hook *hook = &g_array_index (hooks, Hook, i);

    if (hook->handler (self->session, hook->state, stanza, NULL, message) == XMPP_REFUSE)
      return FALSE;
  }
  return TRUE;
}

/**
 * xmpp_routes_disco:
 * @self: the slots
 *
 * Lists what we advertise: the disco features of all enabled features, and "+notify" of the nodes they follow.
 *
 * Returns: (transfer container) (element-type utf8): sorted by bytes and unique; the strings live as long as @self
 */
GPtrArray *
xmpp_routes_disco (XmppRoutes *self)
{
  GPtrArray *all = g_ptr_array_new ();
  guint kept = 0;

  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = &g_array_index (self->slots, Slot, i);

    if (slot->feature->enabled != NULL && !slot->feature->enabled (self->session, slot->state))
      continue;
    for (const char *const *disco = slot->feature->disco; disco != NULL && *disco != NULL; disco++)
      g_ptr_array_add (all, (gpointer) *disco);
    g_ptr_array_extend (all, slot->notify, NULL, NULL);
  }

  g_ptr_array_sort (all, compare_strings);
  for (guint i = 0; i < all->len; i++)
    if (kept == 0 || strcmp (all->pdata[i], all->pdata[kept - 1]) != 0)
      all->pdata[kept++] = all->pdata[i];
  g_ptr_array_set_size (all, (int) kept);
  return all;
}
