/* The whole chat layer with a server that confirms what it has, and may go on with a session (XEP-0198). */
#pragma once

#include "chat-test.h"

G_BEGIN_DECLS

#define NS_SM "urn:xmpp:sm:3"

typedef struct {
  Chat     chat;
  guint    n_out;   /* stanzas since <enable/>, as the server counts them */
  GString *said;    /* (owned) bodies that went out since it was asked for */
} Managed;

void     managed_set_up          (Managed *self, gconstpointer data);
void     managed_tear_down       (Managed *self, gconstpointer data);
void     managed_sign_in         (Managed *self);
void     managed_new_server      (Managed *self);                        /* that the next connection reaches */
void     managed_play_login      (Managed *self);                        /* the server's side of a new session */
void     managed_lose            (Managed *self);                        /* the link; the next attempt reaches another server */
void     managed_play_resumption (Managed *self, guint h);               /* which has so many stanzas */
void     managed_play_refusal    (Managed *self, const char *h);         /* (nullable) as XML; and the new session after it */
void     managed_ack             (Managed *self, guint h);
void     managed_assert_said     (Managed *self, const char *expected);  /* bodies, each with a space behind it */
void     managed_assert_states   (ChatTimeline *timeline, const char *expected);   /* p, f, s, d, r for each line */
XmppShow managed_show_of         (Managed *self, const char *jid);

G_END_DECLS
