/* Delayed delivery (XEP-0203): when it was really said, if somebody says so whom we may believe. */
#include "xep-0203-delay.h"

#include "base-date.h"

/* Nothing was said over XMPP before 1999-01-04: an older stamp is a broken clock or a joke. */
#define FIRST_STAMP (G_GINT64_CONSTANT (915408000) * G_TIME_SPAN_SECOND)

static gboolean
may_stamp (XmppSession    *session,
           const XmppNode *delay,
           XmppJid        *also)
{
  XmppJid *account = xmpp_session_get_account (session);
  const char *from = xmpp_node_get (delay, "from");
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;

  if (jid == NULL || account == NULL)
    return FALSE;
  return xmpp_jid_equal (jid, account) || xmpp_jid_equal (jid, xmpp_jid_get_server (account))
         || (also != NULL && xmpp_jid_equal_bare (jid, also));
}

static XmppVerdict
read_delay_cb (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  /* What the wrapper around a copy said about its time was said by our own account, and is better. */
  if (message->sent_at == 0)
    message->sent_at = xmpp_delay_find (session, stanza, NULL);
  return XMPP_PASS;
}

static const char *const disco[] = { NS_DELAY, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_READ, NS_DELAY, "delay", read_delay_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0203_delay = {
  .name = "delay",
  .xep = "XEP-0203 2.0",
  .disco = disco,
  .routes = routes,
};

/**
 * xmpp_delay_parse:
 * @session: a session
 * @delay: a <delay/>; that its author may be believed is the caller's to know
 *
 * Returns: µs since 1970 UTC, at most now; 0 when it cannot be read or is older than XMPP
 */
gint64
xmpp_delay_parse (XmppSession    *session,
                  const XmppNode *delay)
{
  const char *text = xmpp_node_get (delay, "stamp");
  gint64 stamp;

  if (text == NULL || !base_date_parse (text, &stamp) || stamp < FIRST_STAMP)
    return 0;
  return MIN (stamp, base_clock_real (xmpp_session_get_clock (session)));
}

/**
 * xmpp_delay_find:
 * @session: a session
 * @stanza: a message or presence
 * @also: (nullable): by any resource of this address, too
 *
 * Anybody can put a <delay/> into what they send. One counts whose 'from' is our account, our server or @also.
 *
 * Returns: µs since 1970 UTC, at most now; 0 when nobody says so who may
 */
gint64
xmpp_delay_find (XmppSession    *session,
                 const XmppNode *stanza,
                 XmppJid        *also)
{
  for (XmppNode *delay = xmpp_node_find (stanza, "delay", NS_DELAY); delay != NULL;
       delay = xmpp_node_find_next (delay, "delay", NS_DELAY)) {
    if (may_stamp (session, delay, also)) {
      gint64 stamp = xmpp_delay_parse (session, delay);

      if (stamp != 0)
        return stamp;
    }
  }
  return 0;
}
