/* How many questions others may have answered: so many at once, then so many a second.
 *
 *   a question ──► its account's bucket ──► somebody answers it
 *                        │                  or nobody may ──┐
 *                        └─ empty ──────────────────────────┴─► a refusal ──► its server's ──► all ──► it goes out
 *                                                                                 └─ empty ─────┴────► silence
 *
 * What a contact asks counts for that contact alone, so strangers, who get refusals only, cannot use up their share. */
#include "xmpp-throttle.h"

/* A bucket is the time at which it will be full again (the generic cell rate algorithm). */
typedef gint64 Bucket;   /* monotonic µs */

struct _XmppThrottle {
  BaseClock  *clock;      /* (owned) */
  GHashTable *accounts;   /* (owned) XmppJid (bare) → Bucket */
  GHashTable *servers;    /* (owned) XmppJid (domain) → Bucket */
  Bucket      total;
};

static GHashTable *
buckets_new (void)
{
  return g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, g_free);
}

/* With too many of them all begin anew: each is full then, and whoever invents addresses meets the next limit. */
static Bucket *
buckets_get (GHashTable *buckets,
             XmppJid    *jid)
{
  Bucket *bucket = g_hash_table_lookup (buckets, jid);

  if (bucket != NULL)
    return bucket;
  if (g_hash_table_size (buckets) >= XMPP_THROTTLE_MAX)
    g_hash_table_remove_all (buckets);
  bucket = g_new0 (Bucket, 1);
  g_hash_table_insert (buckets, xmpp_jid_ref (jid), bucket);
  return bucket;
}

/* Whether one can be taken of the @size that are in it when it is full. */
static gboolean
bucket_has (const Bucket *self,
            gint64        now,
            guint         size,
            guint         rate)
{
  return *self - now <= (gint64) (size - 1) * (G_USEC_PER_SEC / rate);
}

static void
bucket_take (Bucket *self,
             gint64  now,
             guint   rate)
{
  *self = MAX (*self, now) + G_USEC_PER_SEC / rate;
}

/**
 * xmpp_throttle_new:
 * @clock: what time is measured with
 *
 * Returns: (transfer full): a throttle that nobody has met yet
 */
XmppThrottle *
xmpp_throttle_new (BaseClock *clock)
{
  XmppThrottle *self = g_new0 (XmppThrottle, 1);

  self->clock = base_clock_ref (clock);
  self->accounts = buckets_new ();
  self->servers = buckets_new ();
  return self;
}

/**
 * xmpp_throttle_free:
 * @self: (transfer full): a throttle
 */
void
xmpp_throttle_free (XmppThrottle *self)
{
  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->servers);
  base_clock_unref (self->clock);
  g_free (self);
}

/**
 * xmpp_throttle_may_ask:
 * @self: a throttle
 * @from: who asks: neither our server nor our account
 *
 * Counts a question.
 *
 * Returns: whether it is looked at; else it is refused, if even that may be
 */
gboolean
xmpp_throttle_may_ask (XmppThrottle *self,
                       XmppJid      *from)
{
  gint64 now = base_clock_monotonic (self->clock);
  Bucket *bucket = buckets_get (self->accounts, xmpp_jid_get_bare (from));

  if (!bucket_has (bucket, now, XMPP_THROTTLE_QUESTIONS, XMPP_THROTTLE_QUESTIONS_RATE))
    return FALSE;
  bucket_take (bucket, now, XMPP_THROTTLE_QUESTIONS_RATE);
  return TRUE;
}

/**
 * xmpp_throttle_may_refuse:
 * @self: a throttle
 * @from: who asked
 *
 * Counts a refusal, if it may go out.
 *
 * Returns: whether it may; else there is no answer at all
 */
gboolean
xmpp_throttle_may_refuse (XmppThrottle *self,
                          XmppJid      *from)
{
  gint64 now = base_clock_monotonic (self->clock);
  Bucket *server = buckets_get (self->servers, xmpp_jid_get_server (from));

  if (!bucket_has (server, now, XMPP_THROTTLE_REFUSALS, XMPP_THROTTLE_REFUSALS_RATE)
      || !bucket_has (&self->total, now, XMPP_THROTTLE_TOTAL, XMPP_THROTTLE_TOTAL_RATE))
    return FALSE;
  bucket_take (server, now, XMPP_THROTTLE_REFUSALS_RATE);
  bucket_take (&self->total, now, XMPP_THROTTLE_TOTAL_RATE);
  return TRUE;
}

/**
 * xmpp_throttle_get_size:
 * @self: a throttle
 *
 * Returns: how many accounts and servers it remembers: never more than twice %XMPP_THROTTLE_MAX
 */
guint
xmpp_throttle_get_size (const XmppThrottle *self)
{
  return g_hash_table_size (self->accounts) + g_hash_table_size (self->servers);
}
