/* A session, a fake server for it to talk to, and what it said: the fixture of the session's tests. */
#pragma once

#include "fake-server.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define OWN    "romeo@montague.example/orchard"
#define JULIET "juliet@capulet.example/balcony"

/* What a session needs to be talked to: one feature that carries bodies, and counts its lives. */
typedef struct {
  guint   attached, online, suspended, resumed, checked, offline;
  GError *abort_with;   /* (owned, nullable) it ends the session as soon as it is online */
} Talk;

typedef struct {
  BaseClock   *clock;
  FakeServer  *server;
  XmppLogin   *login;
  XmppSession *session;
  GString     *states;     /* the nick of each state it came to */
  GPtrArray   *messages;   /* of XmppMessage */
} Fixture;

extern const XmppFeature *const fixture_features[];   /* the registry */

void         fixture_message_cb (XmppSession *session, XmppMessage *message, gpointer user_data);
void         fixture_set_up (Fixture *fixture, gconstpointer data);
void         fixture_tear_down (Fixture *fixture, gconstpointer data);
Talk        *fixture_talk (Fixture *fixture);
void         fixture_assert_states (Fixture *fixture, const char *states);
void         fixture_connect (Fixture *fixture, GCancellable *cancellable, GAsyncResult **result);
void         fixture_assert_connect_error (Fixture *fixture, GAsyncResult **result, GQuark domain, int code);
void         fixture_sign_in (Fixture *fixture);
void         fixture_new_server (Fixture *fixture);
gboolean     fixture_is_offline (gpointer data);
XmppMessage *fixture_wait_message (Fixture *fixture);
void         fixture_assert_alive (Fixture *fixture);
XmppNode    *fixture_new_iq (const char *to);
XmppMessage *fixture_new_message (const char *body);

G_END_DECLS
