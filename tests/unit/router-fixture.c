/* A router whose features leave a letter for each handler that was asked: the fixture of the router's tests. */
#include "router-fixture.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define EVENT "http://jabber.org/protocol/pubsub#event"

XmppRouter *router;
GString    *router_asked;
GPtrArray  *router_heard_messages;
gboolean    router_is_quiet;

static XmppVerdict
note (char        letter,
      XmppVerdict verdict)
{
  g_string_append_c (router_asked, letter);
  return verdict;
}

static XmppVerdict
a_passes (XmppSession *session,
          gpointer     state,
          XmppNode    *stanza,
          XmppNode    *payload,
          XmppMessage *message)
{
  ((RouterState *) state)->asked++;
  return note ('a', XMPP_PASS);
}

static XmppVerdict
b_takes (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  return note ('b', XMPP_TAKEN);
}

static XmppVerdict
c_takes (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  return note ('c', XMPP_TAKEN);
}

static XmppVerdict
r_refuses (XmppSession *session,
           gpointer     state,
           XmppNode    *stanza,
           XmppNode    *payload,
           XmppMessage *message)
{
  return note ('r', XMPP_REFUSE);
}

static XmppVerdict
w_unwraps (XmppSession *session,
           gpointer     state,
           XmppNode    *stanza,
           XmppNode    *payload,
           XmppMessage *message)
{
  const char *by = xmpp_node_get (payload, "by");

  note ('w', XMPP_TAKEN);
  xmpp_router_inner (router, xmpp_node_get_first (payload),
                     g_strcmp0 (by, "us") == 0 ? XMPP_ORIGIN_CARBON_OUT : XMPP_ORIGIN_CARBON_IN, 1000000);
  return XMPP_TAKEN;
}

static XmppVerdict
o_opens (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  xmpp_node_add_text (stanza, "text", "urn:test", xmpp_node_get_text (payload));
  xmpp_node_remove (stanza, payload);
  return note ('o', XMPP_TAKEN);
}

static XmppVerdict
t_reads_text (XmppSession *session,
              gpointer     state,
              XmppNode    *stanza,
              XmppNode    *payload,
              XmppMessage *message)
{
  g_free (message->body);
  message->body = g_strdup (xmpp_node_get_text (payload));
  return note ('t', XMPP_TAKEN);
}

static XmppVerdict
m_reads_mark (XmppSession *session,
              gpointer     state,
              XmppNode    *stanza,
              XmppNode    *payload,
              XmppMessage *message)
{
  message->act = XMPP_ACT_MARK;
  message->target.kind = XMPP_TARGET_STANZA;
  g_free (message->target.id);
  message->target.id = g_strdup (xmpp_node_get (payload, "id"));
  g_strfreev (message->values);
  message->values = g_strdupv ((char *[]) { (char *) "received", NULL });
  return note ('m', XMPP_PASS);
}

static XmppVerdict
y_reads_typing (XmppSession *session,
                gpointer     state,
                XmppNode    *stanza,
                XmppNode    *payload,
                XmppMessage *message)
{
  message->typing = XMPP_TYPING_ACTIVE;
  message->asks_receipt = TRUE;
  return note ('y', XMPP_PASS);
}

static XmppVerdict
e_reads_every (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  g_assert_null (payload);
  if (message->type == XMPP_MESSAGE_ERROR && message->error == NULL)
    message->error = xmpp_error_from_stanza (stanza);
  return note ('e', XMPP_TAKEN);
}

static XmppVerdict
f_reads_every (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  return note ('f', XMPP_PASS);
}

static XmppVerdict
p_hears_event (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  g_assert_true (xmpp_node_is (payload, "items", EVENT));
  g_assert_null (message);
  return note ('p', XMPP_TAKEN);
}

static XmppVerdict
s_hears_whole_presence (XmppSession *session,
                        gpointer     state,
                        XmppNode    *stanza,
                        XmppNode    *payload,
                        XmppMessage *message)
{
  g_assert_null (payload);
  return note ('s', XMPP_PASS);
}

static XmppVerdict
x_writes (XmppSession *session,
          gpointer     state,
          XmppNode    *stanza,
          XmppNode    *payload,
          XmppMessage *message)
{
  g_assert_null (xmpp_node_get_first (stanza));
  xmpp_node_add (stanza, "x", "urn:test");
  return note ('x', XMPP_TAKEN);
}

static XmppVerdict
z_writes (XmppSession *session,
          gpointer     state,
          XmppNode    *stanza,
          XmppNode    *payload,
          XmppMessage *message)
{
  g_assert_nonnull (xmpp_node_find (stanza, "x", "urn:test"));
  xmpp_node_add (stanza, "z", "urn:test");
  if (message != NULL && g_strcmp0 (message->body, "secret") == 0)
    return note ('z', XMPP_REFUSE);
  return note ('z', XMPP_PASS);
}

static XmppVerdict
l_seals (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  g_assert_nonnull (xmpp_node_find (stanza, "z", "urn:test"));
  return note ('l', XMPP_PASS);
}

static XmppVerdict
d_is_told (XmppSession *session,
           gpointer     state,
           XmppNode    *stanza,
           XmppNode    *payload,
           XmppMessage *message)
{
  g_assert_null (stanza);
  g_assert_nonnull (message);
  return note ('d', XMPP_PASS);
}

static void
a_attach (XmppSession *session,
          gpointer     state)
{
  g_assert_cmpint (((RouterState *) state)->asked, ==, 0);
  g_assert_true (state == xmpp_router_get_state (router, &router_feature_a));
  note ('A', XMPP_PASS);
}

static void
a_online (XmppSession *session,
          gpointer     state)
{
  note ('1', XMPP_PASS);
}

static void
a_offline (XmppSession *session,
           gpointer     state)
{
  note ('2', XMPP_PASS);
}

static void
a_detach (XmppSession *session,
          gpointer     state)
{
  note ('D', XMPP_PASS);
}

static void
b_attach (XmppSession *session,
          gpointer     state)
{
  g_assert_null (state);
  note ('B', XMPP_PASS);
}

static void
b_online (XmppSession *session,
          gpointer     state)
{
  note ('3', XMPP_PASS);
}

static void
b_offline (XmppSession *session,
           gpointer     state)
{
  note ('4', XMPP_PASS);
}

static void
b_detach (XmppSession *session,
          gpointer     state)
{
  note ('E', XMPP_PASS);
}

static gboolean
b_enabled (XmppSession *session,
           gpointer     state)
{
  return !router_is_quiet;
}

static const char *const a_disco[] = { "urn:test:z", "urn:test:a", NULL };
static const char *const b_disco[] = { "urn:test:m", "urn:test:a", NULL };

static const XmppRoute a_routes[] = {
  { XMPP_IQ_GET, "urn:test", "both", a_passes },
  { XMPP_IQ_GET, "urn:test", "nobody", a_passes },
  { XMPP_IQ_SET, "urn:test", "refused", r_refuses },
  { XMPP_PRESENCE, NULL, NULL, s_hears_whole_presence },
  { XMPP_PRESENCE, "urn:test", "room", b_takes },
  { XMPP_PRESENCE, "urn:test", "hat", a_passes },
  { XMPP_PRESENCE_WRITE, NULL, NULL, x_writes },
  { XMPP_PEP_EVENT, "urn:test:node", NULL, p_hears_event },
  { XMPP_STREAM_FEATURE, "urn:test", "stream", a_passes },
  { XMPP_MESSAGE_UNWRAP, "urn:test", "wrap", w_unwraps },
  { XMPP_MESSAGE_OPEN, "urn:test", "sealed", o_opens },
  { XMPP_MESSAGE_READ, NULL, NULL, e_reads_every },
  { XMPP_MESSAGE_READ, "urn:test", "text", t_reads_text },
  { XMPP_MESSAGE_READ, "urn:test", "mark", m_reads_mark },
  { XMPP_MESSAGE_READ, "urn:test", "typing", y_reads_typing },
  { XMPP_MESSAGE_READ, "urn:test", "poison", r_refuses },
  { XMPP_MESSAGE_WRITE, NULL, NULL, x_writes },
  { XMPP_MESSAGE_SEAL, NULL, NULL, l_seals },
  { XMPP_MESSAGE_STORED, NULL, NULL, d_is_told },
  { XMPP_ROUTE_END },
};

static const XmppRoute b_routes[] = {
  { XMPP_IQ_GET, "urn:test", "both", b_takes },
  { XMPP_IQ_SET, "urn:test", "refused", c_takes },
  { XMPP_PRESENCE_WRITE, NULL, NULL, z_writes },
  { XMPP_PEP_EVENT, "urn:test:other", NULL, p_hears_event },
  { XMPP_STREAM_FEATURE, "urn:test", "stream", b_takes },
  { XMPP_MESSAGE_READ, NULL, NULL, f_reads_every },
  { XMPP_MESSAGE_READ, "urn:test", "text", c_takes },
  { XMPP_MESSAGE_WRITE, NULL, NULL, z_writes },
  { XMPP_ROUTE_END },
};

static const XmppRoute c_routes[] = {
  { XMPP_IQ_GET, "urn:test", "both", c_takes },
  { XMPP_ROUTE_END },
};

const XmppFeature router_feature_a = {
  .name = "a", .xep = "A", .disco = a_disco, .routes = a_routes, .state_size = sizeof (RouterState),
  .attach = a_attach, .online = a_online, .offline = a_offline, .detach = a_detach,
};
static const XmppFeature *const b_needs[] = { &router_feature_a, NULL };
const XmppFeature router_feature_b = {
  .name = "b", .xep = "B", .disco = b_disco, .needs = b_needs, .routes = b_routes, .enabled = b_enabled,
  .attach = b_attach, .online = b_online, .offline = b_offline, .detach = b_detach,
};
static const XmppFeature feature_c = { .name = "c", .xep = "C", .routes = c_routes };
static const XmppFeature *const registry[] = { &router_feature_a, &router_feature_b, &feature_c, NULL };
const XmppFeature *const router_without_a[] = { &router_feature_b, NULL };

static void
sink_cb (XmppMessage *message,
         gpointer     user_data)
{
  g_assert_true (user_data == router_heard_messages);
  g_ptr_array_add (router_heard_messages, xmpp_message_ref (message));
}

void
router_assert_asked (const char *letters)
{
  g_assert_cmpstr (router_asked->str, ==, letters);
  g_string_truncate (router_asked, 0);
}

void
router_set_up (void)
{
  g_autoptr (XmppJid) own = xmpp_jid_new (OWN, NULL);

  router_asked = g_string_new (NULL);
  router_heard_messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  router = xmpp_router_new (NULL, registry, sink_cb, router_heard_messages);
  xmpp_router_attach (router);
  xmpp_router_online (router, own);
  router_assert_asked ("AB13");
}

void
router_tear_down (void)
{
  xmpp_router_offline (router);
  xmpp_router_offline (router);
  xmpp_router_free (router);
  router_assert_asked ("42ED");
  g_string_free (router_asked, TRUE);
  g_ptr_array_unref (router_heard_messages);
}

XmppNode *
router_parse (const char *xml)
{
  g_autoptr (GError) error = NULL;
  XmppNode *node = xmpp_reader_parse (xml, -1, &error);

  g_assert_no_error (error);
  return node;
}

/* A stanza with these attributes and children. */
static XmppNode *
stanza (const char *name,
        const char *attributes,
        const char *children)
{
  g_autofree char *xml = g_strdup_printf ("<%s xmlns='jabber:client' %s>%s</%s>", name, attributes, children, name);

  return router_parse (xml);
}

void
router_take_message (const char *attributes,
                     const char *children)
{
  g_autoptr (XmppNode) message = stanza ("message", attributes, children);

  xmpp_router_message (router, message);
}

void
router_take_presence (const char *attributes,
                      const char *children)
{
  g_autoptr (XmppNode) presence = stanza ("presence", attributes, children);

  xmpp_router_presence (router, presence);
}

/* The condition of the error that is answered; NULL: none is. */
const char *
router_take_iq (const char *attributes,
                const char *children)
{
  g_autoptr (XmppNode) iq = stanza ("iq", attributes, children);
  g_autoptr (XmppNode) reply = xmpp_router_iq (router, iq);
  g_autoptr (GError) error = NULL;

  if (reply == NULL)
    return NULL;
  g_assert_cmpstr (xmpp_node_get (reply, "type"), ==, "error");
  g_assert_cmpstr (xmpp_node_get (reply, "id"), ==, xmpp_node_get (iq, "id"));
  g_assert_cmpstr (xmpp_node_get (reply, "to"), ==, xmpp_node_get (iq, "from"));
  error = xmpp_error_from_stanza (reply);
  g_assert_true (error->domain == XMPP_STANZA_ERROR);
  return xmpp_stanza_error_name (error->code);
}

XmppMessage *
router_heard (guint i)
{
  g_assert_cmpuint (i, <, router_heard_messages->len);
  return router_heard_messages->pdata[i];
}
