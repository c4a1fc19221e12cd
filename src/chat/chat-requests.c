/* Who asks to see us, over all accounts, in order of arrival: a GListModel of ChatContact. */
#include "chat-requests.h"

struct _ChatRequests {
  GObject    parent;
  GPtrArray *contacts;   /* (owned) of ChatContact, first come first */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatRequests, chat_requests, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_CONTACT;
}

static guint
list_get_n_items (GListModel *model)
{
  return CHAT_REQUESTS (model)->contacts->len;
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  ChatRequests *self = CHAT_REQUESTS (model);

  return position < self->contacts->len ? g_object_ref (self->contacts->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
chat_requests_finalize (GObject *object)
{
  g_ptr_array_unref (CHAT_REQUESTS (object)->contacts);
  G_OBJECT_CLASS (chat_requests_parent_class)->finalize (object);
}

static void
chat_requests_class_init (ChatRequestsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_requests_finalize;
}

static void
chat_requests_init (ChatRequests *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * chat_requests_new:
 *
 * Returns: (transfer full): nobody asks
 */
ChatRequests *
chat_requests_new (void)
{
  return g_object_new (CHAT_TYPE_REQUESTS, NULL);
}

/**
 * chat_requests_update:
 * @self: the requests
 * @contact: somebody who asks, or does not ask any more
 *
 * Appends whoever asks and is not listed, takes off whoever is listed and does not ask.
 */
void
chat_requests_update (ChatRequests *self, ChatContact *contact)
{
  gboolean is_listed;
  guint position;

  g_return_if_fail (CHAT_IS_REQUESTS (self));
  g_return_if_fail (CHAT_IS_CONTACT (contact));

  is_listed = g_ptr_array_find (self->contacts, contact, &position);
  if (chat_contact_is_asking (contact) && !is_listed) {
    g_ptr_array_add (self->contacts, g_object_ref (contact));
    g_list_model_items_changed (G_LIST_MODEL (self), self->contacts->len - 1, 0, 1);
  } else if (!chat_contact_is_asking (contact) && is_listed) {
    g_ptr_array_remove_index (self->contacts, position);
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  }
}
