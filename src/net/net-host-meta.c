/* Where else a domain can be reached: its host-meta document, in both of its forms (RFC 6415, XEP-0156).
 *
 *   XRD ──► ask ──► redirected? ──https──► ask …
 *            │          └─ else ─┐
 *            ▼                   ▼
 *           read ──► no link? ──► JRD ──► the same once more ──► no link: XMPP_CONNECT_ERROR_NO_SERVICE
 *            └────► links
 *
 * The certificate of the domain's web server vouches for what the document says, so nothing is fetched without one. */
#include "net-host-meta.h"

#include "net-json.h"
#include "xmpp-deadline.h"
#include "xmpp-error.h"

#define FETCH_TIMEOUT (15 * G_TIME_SPAN_SECOND)
#define MAX_HOPS      5
#define MAX_LINKS     8      /* of one document */
#define MAX_HREF      2048   /* bytes */

typedef struct {
  const char *path;
  const char *type;
  GStrv     (*read) (GBytes *document, const char *relation);
} Form;

static const Form forms[] = {
  { "/.well-known/host-meta",      "application/xrd+xml", net_host_meta_read_xrd },
  { "/.well-known/host-meta.json", "application/json",    net_host_meta_read_jrd },
};

typedef struct {
  SoupSession  *session;    /* (owned) */
  BaseClock    *clock;      /* (owned) */
  char         *domain;     /* (owned) */
  const char   *relation;
  guint         form;       /* index of the form under way */
  guint         hops;       /* redirections followed */
  SoupMessage  *message;    /* (owned, nullable) under way */
  XmppDeadline *deadline;   /* (owned, nullable) of the form under way */
  guint8       *buffer;     /* (owned) a byte longer than a document may be */
} Find;

static void find_ask (GTask *task, GUri *uri);

static void
find_free (Find *self)
{
  g_object_unref (self->session);
  base_clock_unref (self->clock);
  g_free (self->domain);
  g_clear_object (&self->message);
  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  g_free (self->buffer);
  g_free (self);
}

static void
find_begin_form (GTask *task)
{
  Find *self = g_task_get_task_data (task);
  g_autoptr (GUri) uri = NULL;

  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  if (self->form == G_N_ELEMENTS (forms)) {
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE,
                             "Looking for other ways: %s announces none", self->domain);
    return;
  }
  self->hops = 0;
  self->deadline = xmpp_deadline_new (self->clock, g_task_get_cancellable (task), FETCH_TIMEOUT);
  uri = g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, self->domain, -1, forms[self->form].path, NULL, NULL);
  find_ask (task, uri);
}

/* Why a form was of no use is for the log: to the user it only means that there is no other way. */
static void
find_next_form (GTask      *task,
                const char *reason)
{
  Find *self = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  g_debug ("%s: %s", forms[self->form].path, reason);
  self->form++;
  find_begin_form (task);
}

static void
find_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Find *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) document = NULL;
  g_auto (GStrv) links = NULL;
  gsize length = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error)) {
    find_next_form (task, error->message);
    return;
  }
  if (length > NET_HOST_META_MAX) {
    find_next_form (task, "the document is too long");
    return;
  }
  document = g_bytes_new (self->buffer, length);
  links = forms[self->form].read (document, self->relation);
  if (links[0] == NULL)
    find_next_form (task, "no link of this kind");
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&links), (GDestroyNotify) g_strfreev);
}

static gboolean
is_redirection (guint status)
{
  return status == SOUP_STATUS_MOVED_PERMANENTLY || status == SOUP_STATUS_FOUND || status == SOUP_STATUS_SEE_OTHER
         || status == SOUP_STATUS_TEMPORARY_REDIRECT || status == SOUP_STATUS_PERMANENT_REDIRECT;
}

/* libsoup would follow a redirection to http. */
static void
find_follow (GTask *task)
{
  Find *self = g_task_get_task_data (task);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (self->message), "Location");
  g_autoptr (GUri) uri = NULL;

  if (location != NULL)
    uri = g_uri_parse_relative (soup_message_get_uri (self->message), location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "https") || g_uri_get_host (uri) == NULL)
    find_next_form (task, "redirected to what is not https");
  else if (++self->hops > MAX_HOPS)
    find_next_form (task, "redirected too often");
  else
    find_ask (task, uri);
}

static void
find_sent_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Find *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (body == NULL)
    find_next_form (task, error->message);
  else if (is_redirection (soup_message_get_status (self->message)))
    find_follow (task);
  else if (soup_message_get_status (self->message) != SOUP_STATUS_OK)
    find_next_form (task, soup_message_get_reason_phrase (self->message));
  else
    g_input_stream_read_all_async (body, self->buffer, NET_HOST_META_MAX + 1, G_PRIORITY_DEFAULT,
                                   xmpp_deadline_get_cancellable (self->deadline), find_read_cb,
                                   g_steal_pointer (&task));
}

static void
find_ask (GTask *task,
          GUri  *uri)
{
  Find *self = g_task_get_task_data (task);

  g_clear_object (&self->message);
  self->message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "Accept", forms[self->form].type);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT,
                           xmpp_deadline_get_cancellable (self->deadline), find_sent_cb, g_object_ref (task));
}

/* Only wss goes: whatever else the document offers is weaker, or nothing that can be connected to. */
static void
add_link (GPtrArray  *links,
          const char *rel,
          const char *href,
          const char *relation)
{
  g_autoptr (GUri) uri = NULL;

  if (rel == NULL || href == NULL || !g_str_equal (rel, relation) || links->len == MAX_LINKS
      || strlen (href) > MAX_HREF)
    return;
  uri = g_uri_parse (href, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri != NULL && g_str_equal (g_uri_get_scheme (uri), "wss") && g_uri_get_host (uri) != NULL
      && *g_uri_get_host (uri) != '\0' && g_uri_get_userinfo (uri) == NULL)
    g_ptr_array_add (links, g_uri_to_string (uri));
}

static GStrv
links_end (GPtrArray *links)
{
  g_ptr_array_add (links, NULL);
  return (GStrv) g_ptr_array_free (links, FALSE);
}

typedef struct {
  GPtrArray  *links;
  const char *relation;
} Xrd;

static void
xrd_element_cb (GMarkupParseContext  *context,
                const char           *name,
                const char          **attributes,
                const char          **values,
                gpointer              user_data,
                GError              **error)
{
  Xrd *xrd = user_data;
  const GSList *open = g_markup_parse_context_get_element_stack (context);
  const char *rel = NULL, *href = NULL;

  if (!g_str_equal (name, "Link") || g_slist_length ((GSList *) open) != 2 || !g_str_equal (open->next->data, "XRD"))
    return;
  for (guint i = 0; attributes[i] != NULL; i++) {
    if (g_str_equal (attributes[i], "rel"))
      rel = values[i];
    else if (g_str_equal (attributes[i], "href"))
      href = values[i];
  }
  add_link (xrd->links, rel, href, xrd->relation);
}

/**
 * net_host_meta_read_xrd:
 * @document: a host-meta document in XML (RFC 6415 §3)
 * @relation: what a link has to be for
 *
 * Returns: (transfer full): the wss addresses of such links; none when the document is broken
 */
GStrv
net_host_meta_read_xrd (GBytes     *document,
                        const char *relation)
{
  static const GMarkupParser parser = { .start_element = xrd_element_cb };
  Xrd xrd = { g_ptr_array_new_with_free_func (g_free), relation };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &xrd, NULL);
  gsize length = 0;
  const char *text = g_bytes_get_data (document, &length);

  if (length == 0 || !g_markup_parse_context_parse (context, text, (gssize) length, NULL)
      || !g_markup_parse_context_end_parse (context, NULL))
    g_ptr_array_set_size (xrd.links, 0);
  return links_end (xrd.links);
}

/**
 * net_host_meta_read_jrd:
 * @document: a host-meta document in JSON (RFC 6415 appendix A)
 * @relation: what a link has to be for
 *
 * Returns: (transfer full): the wss addresses of such links; none when the document is broken
 */
GStrv
net_host_meta_read_jrd (GBytes     *document,
                        const char *relation)
{
  GPtrArray *links = g_ptr_array_new_with_free_func (g_free);
  gsize length = 0;
  const char *text = g_bytes_get_data (document, &length);
  g_autoptr (GVariant) json = length > 0 ? net_json_parse (text, length, NULL) : NULL;
  g_autoptr (GVariant) array = NULL;

  if (json != NULL && g_variant_is_of_type (json, G_VARIANT_TYPE_VARDICT))
    array = g_variant_lookup_value (json, "links", G_VARIANT_TYPE ("av"));
  for (gsize i = 0; array != NULL && i < g_variant_n_children (array); i++) {
    g_autoptr (GVariant) boxed = g_variant_get_child_value (array, i);
    g_autoptr (GVariant) link = g_variant_get_variant (boxed);
    const char *rel = NULL, *href = NULL;

    if (g_variant_is_of_type (link, G_VARIANT_TYPE_VARDICT) && g_variant_lookup (link, "rel", "&s", &rel)
        && g_variant_lookup (link, "href", "&s", &href))
      add_link (links, rel, href, relation);
  }
  return links_end (links);
}

/**
 * net_host_meta_find_async:
 * @session: fetches; its TLS database judges the web server's certificate
 * @domain: the domain, in A-label form
 * @relation: what a link has to be for; a static string
 * @clock: what waiting is measured with
 * @cancellable: (nullable): ends the search
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks a domain's web server for its links, over https alone: first the XML form, which every host-meta has, then the
 * JSON form.
 */
void
net_host_meta_find_async (SoupSession         *session,
                          const char          *domain,
                          const char          *relation,
                          BaseClock           *clock,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Find *self = g_new0 (Find, 1);

  g_task_set_source_tag (task, net_host_meta_find_async);
  g_task_set_task_data (task, self, (GDestroyNotify) find_free);
  self->session = g_object_ref (session);
  self->clock = base_clock_ref (clock);
  self->domain = g_strdup (domain);
  self->relation = relation;
  self->buffer = g_malloc (NET_HOST_META_MAX + 1);
  find_begin_form (task);
}

/**
 * net_host_meta_find_finish:
 * @result: what the callback was given
 * @error: %XMPP_CONNECT_ERROR_NO_SERVICE when no link could be had, for whatever reason; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the wss addresses of the links, at least one, or %NULL
 */
GStrv
net_host_meta_find_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
