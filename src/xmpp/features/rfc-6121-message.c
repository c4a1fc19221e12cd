/* Messages (RFC 6121 §5.2): text in the language that the user reads best, subject, thread, errors. */
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-session.h"

static void
set_text (char       **field,
          const char  *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

/* How well an xml:lang suits a name from g_get_language_names(): "de-AT" suits "de_AT" exactly (2) and "de" (1). */
static guint
language_suits (const char *lang,
                const char *locale)
{
  gsize i;

  for (i = 0; locale[i] != '\0'; i++) {
    char wanted = g_ascii_tolower (locale[i]);

    if (g_ascii_tolower (lang[i]) != (wanted == '_' ? '-' : wanted))
      return 0;
  }
  if (lang[i] == '\0')
    return 2;
  return lang[i] == '-' ? 1 : 0;
}

/* The text for the user's first language that is there; else the one without a language; else the first. */
static XmppNode *
find_text (const XmppNode *stanza,
           const char     *name)
{
  XmppNode *first = xmpp_node_find (stanza, name, NS_CLIENT);

  if (first == NULL || xmpp_node_find_next (first, name, NS_CLIENT) == NULL)
    return first;

  for (const char *const *locales = g_get_language_names (); *locales != NULL; locales++) {
    XmppNode *best = NULL;
    guint best_suits = 0;

    for (XmppNode *node = first; node != NULL; node = xmpp_node_find_next (node, name, NS_CLIENT)) {
      const char *lang = xmpp_node_get_with_ns (node, NS_XML, "lang");
      guint suits = lang != NULL ? language_suits (lang, *locales) : 0;

      if (suits > best_suits) {
        best = node;
        best_suits = suits;
      }
    }
    if (best != NULL)
      return best;
  }

  for (XmppNode *node = first; node != NULL; node = xmpp_node_find_next (node, name, NS_CLIENT))
    if (xmpp_node_get_with_ns (node, NS_XML, "lang") == NULL)
      return node;
  return first;
}

static XmppVerdict
read_message_cb (XmppSession *session,
                 gpointer     state,
                 XmppNode    *stanza,
                 XmppNode    *payload,
                 XmppMessage *message)
{
  const char *thread = xmpp_node_find_text (stanza, "thread", NS_CLIENT);
  XmppNode *body;
  XmppNode *subject;

  /* What an error carries is our own text, echoed: nobody said it to us. */
  if (message->type == XMPP_MESSAGE_ERROR) {
    g_clear_error (&message->error);
    message->error = xmpp_error_from_stanza (stanza);
    return XMPP_PASS;
  }

  set_text (&message->thread, thread != NULL && *thread != '\0' ? thread : NULL);

  subject = find_text (stanza, "subject");
  if (subject != NULL)
    set_text (&message->subject, xmpp_node_get_text (subject));

  body = find_text (stanza, "body");
  if (body != NULL && *xmpp_node_get_text (body) != '\0') {
    const char *lang = xmpp_node_get_with_ns (body, NS_XML, "lang");

    set_text (&message->body, xmpp_node_get_text (body));
    set_text (&message->lang, lang != NULL ? lang : xmpp_node_get_with_ns (stanza, NS_XML, "lang"));
  }
  return XMPP_PASS;
}

static XmppVerdict
write_message_cb (XmppSession *session,
                  gpointer     state,
                  XmppNode    *stanza,
                  XmppNode    *payload,
                  XmppMessage *message)
{
  if (message->lang != NULL)
    xmpp_node_set_ns (stanza, NS_XML, "lang", message->lang);
  if (message->subject != NULL)
    xmpp_node_add_text (stanza, "subject", NULL, message->subject);
  if (message->body != NULL)
    xmpp_node_add_text (stanza, "body", NULL, message->body);
  if (message->thread != NULL)
    xmpp_node_add_text (stanza, "thread", NULL, message->thread);
  return XMPP_PASS;
}

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_READ, NULL, NULL, read_message_cb },
  { XMPP_MESSAGE_WRITE, NULL, NULL, write_message_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature rfc_6121_message = {
  .name = "message",
  .xep = "RFC 6121",
  .routes = routes,
};
