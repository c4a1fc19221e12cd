/* What a message says, in words a person would use: the vocabulary every layer above the protocol speaks. */
#include "xmpp-message.h"

static const char *const type_names[] = {
  [XMPP_MESSAGE_NORMAL] = "normal",       [XMPP_MESSAGE_CHAT] = "chat",   [XMPP_MESSAGE_GROUPCHAT] = "groupchat",
  [XMPP_MESSAGE_HEADLINE] = "headline",   [XMPP_MESSAGE_ERROR] = "error",
};

G_DEFINE_BOXED_TYPE (XmppMessage, xmpp_message, xmpp_message_ref, xmpp_message_unref)

/**
 * xmpp_message_new:
 *
 * Returns: (transfer full): a live message of type "normal" that says nothing yet
 */
XmppMessage *
xmpp_message_new (void)
{
  return g_atomic_rc_box_new0 (XmppMessage);
}

static void
message_clear (gpointer data)
{
  XmppMessage *self = data;

  g_clear_pointer (&self->from, xmpp_jid_unref);
  g_clear_pointer (&self->to, xmpp_jid_unref);
  g_free (self->id);
  g_free (self->origin_id);
  g_free (self->archive_id);
  g_free (self->body);
  g_free (self->subject);
  g_free (self->thread);
  g_free (self->lang);
  g_free (self->target.id);
  g_strfreev (self->values);
  g_clear_error (&self->error);
}

/**
 * xmpp_message_ref:
 * @self: a message
 *
 * Returns: (transfer full): @self
 */
XmppMessage *
xmpp_message_ref (XmppMessage *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_message_unref:
 * @self: (transfer full): a message
 */
void
xmpp_message_unref (XmppMessage *self)
{
  g_atomic_rc_box_release_full (self, message_clear);
}

/**
 * xmpp_message_type_name:
 * @type: a type
 *
 * Returns: (transfer none): its name in XML, RFC 6121 §5.2.2
 */
const char *
xmpp_message_type_name (XmppMessageType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), "normal");

  return type_names[type];
}

/**
 * xmpp_message_type_from_name:
 * @name: (nullable): the value of an attribute "type"
 *
 * Returns: the type; #XMPP_MESSAGE_NORMAL for %NULL and what is unknown, RFC 6121 §5.2.2
 */
XmppMessageType
xmpp_message_type_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (g_strcmp0 (name, type_names[i]) == 0)
      return i;

  return XMPP_MESSAGE_NORMAL;
}
