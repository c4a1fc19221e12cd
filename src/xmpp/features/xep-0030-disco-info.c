/* What somebody says that they are and can (XEP-0030 §3), from and to XML, in the order that XEP-0115 §5.1 hashes. */
#include <string.h>

#include "xep-0030-disco.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#define NS_FORMS "jabber:x:data"

/* By bytes (i;octet), part by part: the character that ends a part sorts before all that a part may hold. */
static int
compare_parts (const char *a,
               const char *b,
               char        end)
{
  while (*a != '\0' && *a == *b)
    a++, b++;
  return (*a == end ? 0 : (guchar) *a) - (*b == end ? 0 : (guchar) *b);
}

static int
compare_identities (gconstpointer a,
                    gconstpointer b)
{
  return compare_parts (*(const char *const *) a, *(const char *const *) b, '/');
}

static int
compare_forms (gconstpointer a,
               gconstpointer b)
{
  return compare_parts (*(const char *const *) a, *(const char *const *) b, '<');
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char **
end_sorted (GPtrArray    *strings,
            GCompareFunc  compare)
{
  g_ptr_array_sort (strings, compare);
  g_ptr_array_add (strings, NULL);
  return (char **) g_ptr_array_free (strings, FALSE);
}

static char *
parse_identity (const XmppNode *node)
{
  const char *category = xmpp_node_get (node, "category");
  const char *type = xmpp_node_get (node, "type");
  const char *lang = xmpp_node_get_with_ns (node, NS_XML, "lang");
  const char *name = xmpp_node_get (node, "name");

  if (lang == NULL)
    lang = "";
  if (category == NULL || type == NULL || strchr (category, '/') != NULL || strchr (type, '/') != NULL
      || strchr (lang, '/') != NULL)
    return NULL;
  return g_strdup_printf ("%s/%s/%s/%s", category, type, lang, name != NULL ? name : "");
}

/* "var<value<value<", the values sorted; NULL when a '<' inside would make it mean something else. */
static char *
parse_field (const XmppNode *field)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  const char *var = xmpp_node_get (field, "var");
  g_autoptr (GString) text = g_string_new (var);

  if (var == NULL || strchr (var, '<') != NULL)
    return NULL;
  for (XmppNode *value = xmpp_node_find (field, "value", NS_FORMS); value != NULL;
       value = xmpp_node_find_next (value, "value", NS_FORMS))
    g_ptr_array_add (values, (gpointer) xmpp_node_get_text (value));
  g_ptr_array_sort (values, compare_strings);

  g_string_append_c (text, '<');
  for (guint i = 0; i < values->len; i++) {
    if (strchr (values->pdata[i], '<') != NULL)
      return NULL;
    g_string_append (text, values->pdata[i]);
    g_string_append_c (text, '<');
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A form is NULL without an error when it is none that counts (XEP-0115 §5.4, 3.6), or has a '<' where it must not. */
static char *
parse_form (const XmppNode  *form,
            GError         **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = NULL;
  const char *form_type = NULL;

  for (XmppNode *field = xmpp_node_find (form, "field", NS_FORMS); field != NULL;
       field = xmpp_node_find_next (field, "field", NS_FORMS)) {
    if (g_strcmp0 (xmpp_node_get (field, "var"), "FORM_TYPE") != 0) {
      char *parsed = parse_field (field);

      if (parsed == NULL)
        return NULL;
      g_ptr_array_add (fields, parsed);
      continue;
    }

    if (g_strcmp0 (xmpp_node_get (field, "type"), "hidden") != 0)
      return NULL;
    for (XmppNode *value = xmpp_node_find (field, "value", NS_FORMS); value != NULL;
         value = xmpp_node_find_next (value, "value", NS_FORMS)) {
      if (form_type != NULL && strcmp (form_type, xmpp_node_get_text (value)) != 0) {
        g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "A form has two types");
        return NULL;
      }
      form_type = xmpp_node_get_text (value);
    }
  }
  if (form_type == NULL || strchr (form_type, '<') != NULL)
    return NULL;

  g_ptr_array_sort (fields, compare_forms);
  text = g_string_new (form_type);
  g_string_append_c (text, '<');
  for (guint i = 0; i < fields->len; i++)
    g_string_append (text, fields->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * xmpp_disco_info_parse:
 * @query: a <query/> of disco#info
 * @error: where to put an error
 *
 * Keeps what is there twice, for XEP-0115 wants to know. An identity without category or type, a feature without a
 * name and a form without a type are left out.
 *
 * Returns: (transfer full): what it says; NULL with %XMPP_STANZA_ERROR_BAD_REQUEST when it is no disco#info or has a
 *   form with two types, with %XMPP_STANZA_ERROR_POLICY_VIOLATION when it is longer than %XMPP_DISCO_MAX_SIZE
 */
XmppDiscoInfo *
xmpp_disco_info_parse (const XmppNode  *query,
                       GError         **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) features = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  XmppDiscoInfo *self;

  if (query == NULL || !xmpp_node_is (query, "query", NS_DISCO_INFO)) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "The answer is no service description");
    return NULL;
  }

  text = xmpp_node_to_string (query);
  if (strlen (text) > XMPP_DISCO_MAX_SIZE) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION, "The service description is too long");
    return NULL;
  }

  for (XmppNode *node = xmpp_node_get_first (query); node != NULL; node = xmpp_node_get_next (node)) {
    if (xmpp_node_is (node, "identity", NS_DISCO_INFO)) {
      char *identity = parse_identity (node);

      if (identity != NULL)
        g_ptr_array_add (identities, identity);
    } else if (xmpp_node_is (node, "feature", NS_DISCO_INFO) && xmpp_node_get (node, "var") != NULL) {
      g_ptr_array_add (features, g_strdup (xmpp_node_get (node, "var")));
    } else if (xmpp_node_is (node, "x", NS_FORMS)) {
      GError *form_error = NULL;
      char *form = parse_form (node, &form_error);

      if (form_error != NULL) {
        g_propagate_error (error, form_error);
        return NULL;
      }
      if (form != NULL)
        g_ptr_array_add (forms, form);
    }
  }

  self = g_new0 (XmppDiscoInfo, 1);
  self->identities = end_sorted (g_steal_pointer (&identities), compare_identities);
  self->features = end_sorted (g_steal_pointer (&features), compare_strings);
  self->forms = end_sorted (g_steal_pointer (&forms), compare_forms);
  return self;
}

/**
 * xmpp_disco_info_free:
 * @self: (transfer full) (nullable): a description
 */
void
xmpp_disco_info_free (XmppDiscoInfo *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->identities);
  g_strfreev (self->features);
  g_strfreev (self->forms);
  g_free (self);
}

/**
 * xmpp_disco_info_has:
 * @self: (nullable): a description; NULL has nothing
 * @feature: a feature's name, usually a namespace
 *
 * Returns: whether the feature is announced
 */
gboolean
xmpp_disco_info_has (const XmppDiscoInfo *self,
                     const char          *feature)
{
  gsize low = 0, high = self != NULL ? g_strv_length (self->features) : 0;

  while (low < high) {
    gsize middle = low + (high - low) / 2;
    int order = strcmp (feature, self->features[middle]);

    if (order == 0)
      return TRUE;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return FALSE;
}

/**
 * xmpp_disco_info_own:
 * @session: a session
 *
 * Returns: (transfer full): what we are and can in this session
 */
XmppDiscoInfo *
xmpp_disco_info_own (XmppSession *session)
{
  XmppDiscoInfo *self = g_new0 (XmppDiscoInfo, 1);
  g_autoptr (GPtrArray) features = xmpp_session_get_disco (session);

  self->identities = g_strdupv ((char *[]) { (char *) "client/pc/en/Linnet", NULL });
  self->features = g_new0 (char *, features->len + 1);
  for (guint i = 0; i < features->len; i++)
    self->features[i] = g_strdup (g_ptr_array_index (features, i));
  self->forms = g_new0 (char *, 1);
  return self;
}

/**
 * xmpp_disco_info_write:
 * @self: a description without forms
 * @node: (nullable): the node that was asked for
 *
 * Returns: (transfer full): the answer to a disco#info question
 */
XmppNode *
xmpp_disco_info_write (const XmppDiscoInfo *self,
                       const char          *node)
{
  XmppNode *query = xmpp_node_new ("query", NS_DISCO_INFO);

  if (node != NULL)
    xmpp_node_set (query, "node", node);
  for (char **identity = self->identities; *identity != NULL; identity++) {
    g_auto (GStrv) parts = g_strsplit (*identity, "/", 4);
    XmppNode *child = xmpp_node_add (query, "identity", NULL);

    xmpp_node_set (child, "category", parts[0]);
    xmpp_node_set (child, "type", parts[1]);
    if (*parts[2] != '\0')
      xmpp_node_set_ns (child, NS_XML, "lang", parts[2]);
    if (*parts[3] != '\0')
      xmpp_node_set (child, "name", parts[3]);
  }
  for (char **feature = self->features; *feature != NULL; feature++)
    xmpp_node_set (xmpp_node_add (query, "feature", NULL), "var", *feature);
  return query;
}
