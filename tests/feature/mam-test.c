/* An archive that is being asked, for tests: opens a query, sends its items, looks at what came of it. */
#include "mam-test.h"

MamOpen *
mam_test_open (FeatureTest      *self,
               const XmppMamAsk *ask,
               GCancellable     *cancellable)
{
  const XmppMamAsk last = { .page = { 50, "", NULL } };
  MamOpen *open = g_new0 (MamOpen, 1);

  open->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  xmpp_mam_query_async (self->session, ask != NULL ? ask : &last, open->cancellable, fake_result_cb, &open->result);
  open->iq = fake_server_find (self->server, "<iq type='set'><query xmlns='urn:xmpp:mam:2' queryid='*'/></iq>");
  open->query_id = g_strdup (xmpp_node_get (xmpp_node_get_first (open->iq), "queryid"));
  return open;
}

void
mam_test_open_free (MamOpen *self)
{
  if (self->result == NULL) {
    g_cancellable_cancel (self->cancellable);
    fake_wait (&self->result);
  }
  g_clear_object (&self->result);
  g_clear_object (&self->cancellable);
  g_free (self->query_id);
  g_free (self);
}

void
mam_test_item (FeatureTest   *self,
               const MamOpen *open,
               const char    *address,
               const char    *id,
               const char    *inside)
{
  feature_test_receive (self, "<message %s><result xmlns='urn:xmpp:mam:2' queryid='%s' id='%s'>"
                              "<forwarded xmlns='urn:xmpp:forward:0'>%s</forwarded></result></message>",
                        address != NULL ? address : "to='" FEATURE_JID "'", open->query_id, id, inside);
}

XmppMamPage *
mam_test_finish (FeatureTest *self,
                 MamOpen     *open)
{
  g_autoptr (GError) error = NULL;
  XmppMamPage *page = xmpp_mam_query_finish (self->session, fake_wait (&open->result), &error);

  g_assert_no_error (error);
  g_assert_nonnull (page);
  return page;
}

XmppMessage *
mam_test_nth (XmppMamPage *page,
              guint        i)
{
  g_assert_cmpuint (i, <, page->messages->len);
  return g_ptr_array_index (page->messages, i);
}

void
mam_test_assert_error (FeatureTest *self,
                       MamOpen     *open,
                       GQuark       domain,
                       int          code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_mam_query_finish (self->session, fake_wait (&open->result), &error));
  g_assert_error (error, domain, code);
}
