/* XMPP addresses (RFC 7622): parsed and normalised once, immutable, shared. */
#include "xmpp-jid.h"

#include <gio/gio.h>
#include <idn2.h>
#include <string.h>

#include "base-precis.h"

#define MAX_PART   1023   /* bytes, RFC 7622 §3.1 */
#define MAX_DOMAIN 253    /* bytes of an A-label form, RFC 1035 §2.3.4 */

/* A full address holds its bare one, and that one its server:
 *
 *   romeo@montague.example/orchard ──parent──► romeo@montague.example ──parent──► montague.example
 */
struct _XmppJid {
  XmppJid *parent;     /* (owned, nullable) the address without its last part */
  char    *text;       /* (owned) UTF-8 */
  char    *local;      /* (owned, nullable) of a bare one; a full one asks its parent */
  gsize    resource;   /* the byte of text at which the resource begins; 0: it has none */
};

/* A mapper returns NULL when the part does not keep to its rules. */
typedef char *(*MapPart) (const char *part, gboolean strict);

G_DEFINE_QUARK (xmpp-jid-error-quark, xmpp_jid_error)
G_DEFINE_BOXED_TYPE (XmppJid, xmpp_jid, xmpp_jid_ref, xmpp_jid_unref)

/* (transfer full): parent, text */
static XmppJid *
jid_take (XmppJid *parent,
          char    *text,
          gsize    resource)
{
  XmppJid *self = g_atomic_rc_box_new0 (XmppJid);

  self->parent = parent;
  self->text = text;
  self->resource = resource;
  return self;
}

static void
jid_clear (gpointer data)
{
  XmppJid *self = data;

  g_clear_pointer (&self->parent, xmpp_jid_unref);
  g_free (self->local);
  g_free (self->text);
}

/**
 * xmpp_jid_ref:
 * @self: an address
 *
 * Returns: (transfer full): @self
 */
XmppJid *
xmpp_jid_ref (XmppJid *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_jid_unref:
 * @self: (transfer full): an address
 */
void
xmpp_jid_unref (XmppJid *self)
{
  g_atomic_rc_box_release_full (self, jid_clear);
}

/* Steps: one mapper for each part */

static char *
map_local (const char *part,
           gboolean    strict)
{
  g_autofree char *mapped = base_precis_username (part);

  return mapped != NULL && strpbrk (mapped, "\"&'/:<>@") == NULL ? g_steal_pointer (&mapped) : NULL;
}

static char *
map_resource (const char *part,
              gboolean    strict)
{
  return strict && *part == ' ' ? NULL : base_precis_opaque (part);
}

static char *
map_address (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  return address != NULL ? g_inet_address_to_string (address) : NULL;
}

/* "[::1]" in its shortest form. */
static char *
map_ipv6 (const char *part)
{
  gsize length = strlen (part);
  g_autofree char *inner = NULL;
  g_autofree char *address = NULL;

  if (length < 4 || part[length - 1] != ']' || strchr (part, ':') == NULL)
    return NULL;

  inner = g_strndup (part + 1, length - 2);
  address = map_address (inner);
  return address != NULL ? g_strdup_printf ("[%s]", address) : NULL;
}

static void
strip_dot (char *domain)
{
  gsize length = strlen (domain);

  if (length > 1 && domain[length - 1] == '.')
    domain[length - 1] = '\0';
}

/* Letters, digits, hyphens and dots between labels that are not empty; servers of rooms use underscores too. */
static gboolean
is_hostname (const char *ascii,
             gboolean    strict)
{
  char before = '.';

  for (const char *p = ascii; *p != '\0'; before = *p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && (*p != '_' || strict) && (*p != '.' || before == '.'))
      return FALSE;

  return before != '.';
}

/* Whether it is its own A-label and U-label form: labels of up to 63 lower-case letters, digits and hyphens, these
 * neither first, last, nor third and fourth (RFC 5891 §4.2.3.1). */
static gboolean
is_plain_domain (const char *domain)
{
  gsize length = 0;

  if (strlen (domain) > MAX_DOMAIN)
    return FALSE;
  for (const char *p = domain; *p != '\0'; p++) {
    gboolean is_hyphen = *p == '-', is_last = p[1] == '.' || p[1] == '\0';

    if (*p == '.' && length > 0) {
      length = 0;
      continue;
    }
    if ((!is_hyphen && !g_ascii_islower (*p) && !g_ascii_isdigit (*p)) || ++length > 63)
      return FALSE;
    if (is_hyphen && (length == 1 || is_last || (length == 4 && p[-1] == '-')))
      return FALSE;
  }
  return length > 0;
}

/* To A-labels, which must be a host name: libidn2 maps to anything, and its own option for such names drops what is
 * not allowed in them instead of refusing it. */
static char *
domain_to_ascii (const char *domain,
                 gboolean    strict)
{
  char *mapped = NULL;
  char *ascii = NULL;

  if (idn2_to_ascii_8z (domain, &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
    strip_dot (mapped);
    ascii = is_hostname (mapped, strict) ? g_strdup (mapped) : NULL;
  }
  idn2_free (mapped);
  return ascii;
}

static char *
map_domain (const char *part,
            gboolean    strict)
{
  g_autofree char *address = NULL;
  g_autofree char *ascii = NULL;
  char *unicode = NULL, *mapped = NULL;

  /* Nearly all are so, and this is asked several times for each stanza. An address of numbers is another matter. */
  if (is_plain_domain (part) && !g_ascii_isdigit (*part))
    return g_strdup (part);

  address = *part == '[' ? map_ipv6 (part) : map_address (part);
  if (*part == '[' || address != NULL)
    return g_steal_pointer (&address);

  ascii = domain_to_ascii (part, strict);
  if (ascii != NULL && idn2_to_unicode_8z8z (ascii, &unicode, 0) == IDN2_OK)
    mapped = g_strdup (unicode);
  idn2_free (unicode);
  return mapped;
}

/* What servers send must be addressable again just so: what does not map is kept, if it is text without controls. A
 * domain has labels, and of ASCII only what all domains have. */
static gboolean
is_tolerable (const char *part,
              MapPart     map)
{
  char before = '.';

  if (!g_utf8_validate (part, -1, NULL))
    return FALSE;

  for (const char *p = part; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_unichar_type (g_utf8_get_char (p)) == G_UNICODE_CONTROL)
      return FALSE;
    if (map == map_domain && g_ascii_isprint (*p) && !g_ascii_isalnum (*p) && strchr ("-_", *p) == NULL
        && (*p != '.' || before == '.'))
      return FALSE;
    before = *p;
  }
  return map != map_domain || before != '.';
}

static char *
prepare (const char    *part,
         MapPart        map,
         gboolean       strict,
         XmppJidError   code,
         GError       **error)
{
  static const char *const names[] = { "address", "address", "name before the @", "domain", "resource" };
  g_autofree char *mapped = NULL;

  /* Nothing that is mapped becomes shorter by more than a factor of four, and mapping megabytes would take long. */
  if (strlen (part) > 4 * MAX_PART) {
    g_set_error (error, XMPP_JID_ERROR, XMPP_JID_ERROR_TOO_LONG, "The %s is too long", names[code]);
    return NULL;
  }

  mapped = map (part, strict);
  if (mapped == NULL && !strict && is_tolerable (part, map))
    mapped = g_strdup (part);

  if (mapped == NULL || *mapped == '\0') {
    g_set_error (error, XMPP_JID_ERROR, code, "Not a valid %s", names[code]);
    return NULL;
  }
  if (strlen (mapped) > MAX_PART) {
    g_set_error (error, XMPP_JID_ERROR, XMPP_JID_ERROR_TOO_LONG, "The %s is too long", names[code]);
    return NULL;
  }

  return g_steal_pointer (&mapped);
}

static XmppJid *
add_resource (XmppJid     *bare,
              const char  *resource,
              gboolean     strict,
              GError     **error)
{
  g_autofree char *mapped = prepare (resource, map_resource, strict, XMPP_JID_ERROR_BAD_RESOURCE, error);

  if (mapped == NULL)
    return NULL;

  return jid_take (xmpp_jid_ref (bare), g_strconcat (bare->text, "/", mapped, NULL), strlen (bare->text) + 1);
}

static XmppJid *
parse_bare (const char  *text,
            gboolean     strict,
            GError     **error)
{
  const char *at = strchr (text, '@');
  g_autofree char *domain_text = g_strdup (at != NULL ? at + 1 : text);
  g_autofree char *domain = NULL;
  g_autofree char *local = NULL;
  XmppJid *self, *server;

  if (at != NULL) {
    g_autofree char *local_text = g_strndup (text, at - text);

    local = prepare (local_text, map_local, strict, XMPP_JID_ERROR_BAD_LOCAL, error);
    if (local == NULL)
      return NULL;
  }

  strip_dot (domain_text);
  domain = prepare (domain_text, map_domain, strict, XMPP_JID_ERROR_BAD_DOMAIN, error);
  if (domain == NULL)
    return NULL;

  server = jid_take (NULL, g_steal_pointer (&domain), 0);
  if (local == NULL)
    return server;

  self = jid_take (server, g_strconcat (local, "@", server->text, NULL), 0);
  self->local = g_steal_pointer (&local);
  return self;
}

/* RFC 7622 §3.2: the first slash ends the bare address, the first @ before it ends the local part. */
static XmppJid *
parse (const char  *text,
       gboolean     strict,
       GError     **error)
{
  const char *slash;
  g_autofree char *bare_text = NULL;
  g_autoptr (XmppJid) bare = NULL;

  if (text == NULL || *text == '\0') {
    g_set_error (error, XMPP_JID_ERROR, XMPP_JID_ERROR_EMPTY, "There is no address");
    return NULL;
  }

  slash = strchr (text, '/');
  bare_text = slash != NULL ? g_strndup (text, slash - text) : g_strdup (text);
  bare = parse_bare (bare_text, strict, error);
  if (bare == NULL || slash == NULL)
    return g_steal_pointer (&bare);

  return add_resource (bare, slash + 1, strict, error);
}

static const XmppJid *
bare_of (const XmppJid *self)
{
  return self->resource != 0 ? self->parent : self;
}

static const XmppJid *
server_of (const XmppJid *self)
{
  const XmppJid *bare = bare_of (self);

  return bare->parent != NULL ? bare->parent : bare;
}

/* Public */

/**
 * xmpp_jid_new:
 * @text: (nullable): an address as a server sent it
 * @error: return location for a #GError
 *
 * Each part is normalised (RFC 7622 §3) where its rules allow it; where they do not, it is kept as it was sent,
 * because servers know other versions of Unicode and older rules and their addresses must work when sent back.
 *
 * Returns: (transfer full) (nullable): the address, or %NULL with an error of #XMPP_JID_ERROR
 */
XmppJid *
xmpp_jid_new (const char  *text,
              GError     **error)
{
  return parse (text, FALSE, error);
}

/**
 * xmpp_jid_new_typed:
 * @text: (nullable): an address as a person typed it; white space around it does not matter
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the address normalised by RFC 7622 §3, or %NULL with an error of
 *   #XMPP_JID_ERROR that names the part that breaks the rules
 */
XmppJid *
xmpp_jid_new_typed (const char  *text,
                    GError     **error)
{
  g_autofree char *stripped = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  return parse (stripped, TRUE, error);
}

/**
 * xmpp_jid_with_resource:
 * @bare: an address; a resource that it has is left out
 * @resource: the resource, as sent by a server
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the full address, or %NULL with #XMPP_JID_ERROR_BAD_RESOURCE or
 *   #XMPP_JID_ERROR_TOO_LONG
 */
XmppJid *
xmpp_jid_with_resource (XmppJid     *bare,
                        const char  *resource,
                        GError     **error)
{
  return add_resource (xmpp_jid_get_bare (bare), resource, FALSE, error);
}

/**
 * xmpp_jid_get_local:
 * @self: an address
 *
 * Returns: (transfer none) (nullable): what is before the "@", UTF-8
 */
const char *
xmpp_jid_get_local (const XmppJid *self)
{
  return bare_of (self)->local;
}

/**
 * xmpp_jid_get_domain:
 * @self: an address
 *
 * Returns: (transfer none): the domain with U-labels, or an IP address (version 6 in brackets)
 */
const char *
xmpp_jid_get_domain (const XmppJid *self)
{
  return server_of (self)->text;
}

/**
 * xmpp_jid_get_resource:
 * @self: an address
 *
 * Returns: (transfer none) (nullable): what is after the "/", UTF-8
 */
const char *
xmpp_jid_get_resource (const XmppJid *self)
{
  return self->resource != 0 ? self->text + self->resource : NULL;
}

/**
 * xmpp_jid_get_text:
 * @self: an address
 *
 * Returns: (transfer none): the whole address, normalised, UTF-8
 */
const char *
xmpp_jid_get_text (const XmppJid *self)
{
  return self->text;
}

/**
 * xmpp_jid_old_spelling:
 * @self: an address
 *
 * Servers that still keep to Nodeprep (RFC 6122 appendix A) write some local parts in another way: they fold case,
 * where RFC 7622 maps to lower case, so that fußball becomes fussball, and NFKC makes one letter of what only looks
 * like several. To RFC 7622 these are two addresses.
 *
 * Returns: (transfer full): the bare address as such a server writes it; mostly the same
 */
XmppJid *
xmpp_jid_old_spelling (XmppJid *self)
{
  XmppJid *bare = xmpp_jid_get_bare (self);
  const char *local = xmpp_jid_get_local (bare);
  g_autofree char *whole = local != NULL ? g_utf8_normalize (local, -1, G_NORMALIZE_NFKC) : NULL;
  g_autofree char *folded = whole != NULL ? g_utf8_casefold (whole, -1) : NULL;
  g_autofree char *again = folded != NULL ? g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC) : NULL;
  g_autofree char *text = again != NULL ? g_strconcat (again, "@", xmpp_jid_get_domain (bare), NULL) : NULL;
  g_autoptr (XmppJid) old = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

  /* NFKC may make a delimiter of a letter that only looks like one; that would be somebody else. */
  if (old == NULL || !xmpp_jid_is_bare (old) || !xmpp_jid_equal (xmpp_jid_get_server (old), xmpp_jid_get_server (bare)))
    return xmpp_jid_ref (bare);
  return g_steal_pointer (&old);
}

/**
 * xmpp_jid_ascii_domain:
 * @self: an address
 *
 * Returns: (transfer full): the domain with A-labels, for DNS and TLS; an IP address without brackets. A domain
 *   that has no such form, which a server may have, as it is
 */
char *
xmpp_jid_ascii_domain (const XmppJid *self)
{
  const char *domain = xmpp_jid_get_domain (self);
  char *ascii;

  if (*domain == '[' && g_str_has_suffix (domain, "]"))
    return g_strndup (domain + 1, strlen (domain) - 2);

  ascii = domain_to_ascii (domain, FALSE);
  return ascii != NULL ? ascii : g_strdup (domain);
}

/**
 * xmpp_jid_get_bare:
 * @self: an address
 *
 * Returns: (transfer none): the address without its resource; @self when it has none
 */
XmppJid *
xmpp_jid_get_bare (XmppJid *self)
{
  return (XmppJid *) bare_of (self);
}

/**
 * xmpp_jid_get_server:
 * @self: an address
 *
 * Returns: (transfer none): the domain as an address of its own; @self when it is one
 */
XmppJid *
xmpp_jid_get_server (XmppJid *self)
{
  return (XmppJid *) server_of (self);
}

/**
 * xmpp_jid_is_bare:
 * @self: an address
 *
 * Returns: whether it has no resource
 */
gboolean
xmpp_jid_is_bare (const XmppJid *self)
{
  return self->resource == 0;
}

/**
 * xmpp_jid_equal:
 * @a: (nullable) (type XmppJid): an address
 * @b: (nullable) (type XmppJid): another
 *
 * A #GEqualFunc.
 *
 * Returns: whether both are the same address, resource included, or both %NULL
 */
gboolean
xmpp_jid_equal (gconstpointer a,
                gconstpointer b)
{
  const XmppJid *left = a, *right = b;

  if (left == right)
    return TRUE;

  return left != NULL && right != NULL && left->resource == right->resource && strcmp (left->text, right->text) == 0;
}

/**
 * xmpp_jid_equal_bare:
 * @a: (nullable): an address
 * @b: (nullable): another
 *
 * Returns: whether both are the same address when resources are left out, or both %NULL
 */
gboolean
xmpp_jid_equal_bare (const XmppJid *a,
                     const XmppJid *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return xmpp_jid_equal (bare_of (a), bare_of (b));
}

/**
 * xmpp_jid_matches:
 * @self: (nullable): an address
 * @text: (nullable): an address as a server sent it
 *
 * Each stanza says to whom it is, and nearly always in the same letters: then there is nothing to parse.
 *
 * Returns: whether @text is the same address as @self, resource included; %FALSE when one of them is %NULL
 */
gboolean
xmpp_jid_matches (const XmppJid *self,
                  const char    *text)
{
  g_autoptr (XmppJid) other = NULL;

  if (self == NULL || text == NULL)
    return FALSE;
  if (strcmp (self->text, text) == 0)
    return TRUE;
  other = xmpp_jid_new (text, NULL);
  return other != NULL && xmpp_jid_equal (self, other);
}

/**
 * xmpp_jid_hash:
 * @self: (type XmppJid): an address
 *
 * Returns: a hash of the whole address, a #GHashFunc
 */
guint
xmpp_jid_hash (gconstpointer self)
{
  return g_str_hash (((const XmppJid *) self)->text);
}
