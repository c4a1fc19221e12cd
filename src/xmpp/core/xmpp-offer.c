/* What a server offers to sign in with, and which of it we take: the strongest SCRAM, bound to the channel where that
 * is possible (RFC 5802, XEP-0440), PLAIN only where there is nothing else and never was.
 *
 *            -PLUS offered      types listed      one works here      what is done
 *              no                 no                                  flag y: the server knows if that was a lie
 *              no                 yes                                 none: the offer contradicts itself
 *              yes                no                yes               bound (tls-unique, which needs no list)
 *              yes                no                no                flag n, for stock servers on TLS 1.3
 *              yes                yes               yes               bound
 *              yes                yes               no                flag n, if the server signs its offer (XEP-0474)
 */

#include "xmpp-offer.h"

#include <string.h>

#include "xmpp-error.h"
#include "xmpp-ns.h"

/* XEP-0474 §5.1: neither can stand in XML, so no name can pretend to be two. */
#define BETWEEN_NAMES "\x1e"
#define BETWEEN_LISTS "\x1f"

typedef struct {
  const char      *name;
  CryptoScramHash  hash;
  gboolean         plus;   /* with channel binding */
} Mechanism;

/* By strength. Binding comes first: it is what an interceptor with a valid certificate cannot pass on. */
static const Mechanism scram_mechanisms[] = {
  { "SCRAM-SHA-512-PLUS", CRYPTO_SCRAM_SHA512, TRUE },
  { "SCRAM-SHA-256-PLUS", CRYPTO_SCRAM_SHA256, TRUE },
  { "SCRAM-SHA-1-PLUS",   CRYPTO_SCRAM_SHA1,   TRUE },
  { "SCRAM-SHA-512",      CRYPTO_SCRAM_SHA512, FALSE },
  { "SCRAM-SHA-256",      CRYPTO_SCRAM_SHA256, FALSE },
  { "SCRAM-SHA-1",        CRYPTO_SCRAM_SHA1,   FALSE },
};

static GPtrArray *
mechanism_names (const XmppNode *mechanisms)
{
  GPtrArray *names = g_ptr_array_new ();

  for (const XmppNode *node = xmpp_node_find (mechanisms, "mechanism", NS_SASL); node != NULL;
       node = xmpp_node_find_next (node, "mechanism", NS_SASL))
    g_ptr_array_add (names, (gpointer) xmpp_node_get_text (node));
  return names;
}

static GPtrArray *
binding_names (const XmppNode *bindings)
{
  GPtrArray *names = g_ptr_array_new ();

  for (const XmppNode *node = xmpp_node_find (bindings, "channel-binding", NS_SASL_CB); node != NULL;
       node = xmpp_node_find_next (node, "channel-binding", NS_SASL_CB))
    if (xmpp_node_get (node, "type") != NULL)
      g_ptr_array_add (names, (gpointer) xmpp_node_get (node, "type"));
  return names;
}

static gboolean
is_offered (GPtrArray  *names,
            const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static gboolean
is_any_scram_offered (GPtrArray  *names,
                      const char *suffix)
{
  for (guint i = 0; i < names->len; i++)
    if (g_str_has_prefix (names->pdata[i], "SCRAM-") && g_str_has_suffix (names->pdata[i], suffix))
      return TRUE;
  return FALSE;
}

static const Mechanism *
choose_scram (GPtrArray *names,
              gboolean   may_bind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scram_mechanisms); i++) {
    if ((may_bind || !scram_mechanisms[i].plus) && is_offered (names, scram_mechanisms[i].name))
      return &scram_mechanisms[i];
  }
  return NULL;
}

/* XEP-0440 §3, as the drawing above has it. A connection that is not ours to bind to is not bound, which is what "n"
 * says (rule 2). */
static gboolean
choose_binding (XmppChoice      *choice,
                GPtrArray       *names,
                const XmppNode  *bindings,
                GTlsConnection  *tls,
                GError         **error)
{
  gboolean may_bind = choose_scram (names, TRUE) != choose_scram (names, FALSE);
  g_autoptr (GPtrArray) types = bindings != NULL ? binding_names (bindings) : NULL;

  choice->is_plus_offered = is_any_scram_offered (names, "-PLUS");
  choice->flag = 'n';
  if (tls == NULL)
    return TRUE;
  if (!choice->is_plus_offered && types != NULL && types->len > 0) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE,
                 "Login: the server lists channel bindings, but offers no way to sign in with one");
    return FALSE;
  }
  if (types != NULL)
    g_ptr_array_add (types, NULL);
  if (may_bind && xmpp_tls_get_binding (tls, types != NULL ? (char **) types->pdata : NULL, &choice->binding))
    choice->flag = 'p';
  else if (!choice->is_plus_offered)
    choice->flag = 'y';
  choice->must_confirm = may_bind && choice->flag == 'n' && types != NULL;
  return TRUE;
}

static gboolean
choose_mechanism (XmppChoice      *choice,
                  GPtrArray       *names,
                  GError         **error)
{
  const Mechanism *mechanism = choose_scram (names, choice->flag == 'p');

  if (mechanism == NULL) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_MECHANISM,
                 "Login: the server offers no way to sign in that works here");
    return FALSE;
  }
  choice->mechanism = mechanism->name;
  choice->hash = mechanism->hash;
  return TRUE;
}

static int
compare_octets (gconstpointer a,
                gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_sorted (GString   *list,
               GPtrArray *names)
{
  g_ptr_array_sort (names, compare_octets);
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? BETWEEN_NAMES : "", (const char *) names->pdata[i]);
}

/**
 * xmpp_offer_choose:
 * @login: who signs in
 * @mechanisms: what the server offers, the stream feature
 * @bindings: (nullable): the channel bindings that it lists, XEP-0440's stream feature
 * @tls: (nullable): the connection that a login can be bound to
 * @choice: (out caller-allocates): filled on success; its binding is to be cleared
 * @error: %XMPP_AUTH_ERROR_NO_MECHANISM or %XMPP_AUTH_ERROR_DOWNGRADE
 *
 * Chooses the strongest mechanism: SCRAM with channel binding, then without. PLAIN only where the server offers no
 * SCRAM at all and this account was never seen with it (XEP-0474 §6). Which SCRAM was used before does not count: a
 * server may take one back, and whether it did, its signature tells.
 *
 * Returns: whether there is one
 */
gboolean
xmpp_offer_choose (const XmppLogin  *login,
                   const XmppNode   *mechanisms,
                   const XmppNode   *bindings,
                   GTlsConnection   *tls,
                   XmppChoice       *choice,
                   GError          **error)
{
  g_autoptr (GPtrArray) names = mechanism_names (mechanisms);

  *choice = (XmppChoice) { .mechanism = NULL };
  if (is_any_scram_offered (names, "") || !is_offered (names, "PLAIN"))
    return choose_binding (choice, names, bindings, tls, error) && choose_mechanism (choice, names, error);
  if (login->scram_seen) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE,
                 "Login: the server wants the bare password, which this account has never needed before");
    return FALSE;
  }
  choice->mechanism = "PLAIN";
  choice->is_plain = TRUE;
  return TRUE;
}

/**
 * xmpp_offer_list:
 * @mechanisms: what the server offers, the stream feature
 * @bindings: (nullable): XEP-0440's stream feature
 *
 * Returns: (transfer full): all names of both in the form whose hash the server may sign (XEP-0474 §5.1)
 */
char *
xmpp_offer_list (const XmppNode *mechanisms,
                 const XmppNode *bindings)
{
  GString *list = g_string_new (NULL);
  g_autoptr (GPtrArray) names = mechanism_names (mechanisms);
  g_autoptr (GPtrArray) types = bindings != NULL ? binding_names (bindings) : NULL;

  append_sorted (list, names);
  if (types != NULL) {
    g_string_append (list, BETWEEN_LISTS);
    append_sorted (list, types);
  }
  return g_string_free (list, FALSE);
}
