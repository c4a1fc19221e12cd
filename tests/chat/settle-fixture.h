/* Lines whose stream dies before the server confirms them, and what its archive says of them. */
#pragma once

#include "chat-test.h"

G_BEGIN_DECLS

#define NS_SM  "urn:xmpp:sm:3"
#define NS_MAM "urn:xmpp:mam:2"

#define SETTLE_FEATURES "<ver xmlns='urn:xmpp:features:rosterver'/>" FAKE_SM

GString    *settle_listen        (Chat *chat) G_GNUC_WARN_UNUSED_RESULT;          /* what goes out from now on */
void        settle_assert_said   (Chat *chat, GString *said, const char *expected);
void        settle_assert_line   (ChatTimeline *timeline, guint position, StoreMessageState state, const char *reason);
void        settle_sign_in       (Chat *chat);                                    /* before a server that confirms nothing */
char       *settle_say           (Chat *chat, const char *to, const char *body) G_GNUC_WARN_UNUSED_RESULT;   /* the id it was sent with */
GString    *settle_start_again   (Chat *chat, const char *abilities) G_GNUC_WARN_UNUSED_RESULT;   /* killed; before a server with these (XEP-0030) */

/* The archive's side. */
void        settle_catch_up      (Chat *chat);                                    /* asked for what was said meanwhile: nothing */
XmppNode   *settle_find_question (Chat *chat, const char *with);                  /* for what was said with somebody */
const char *settle_before_of     (const XmppNode *question);
void        settle_tell          (Chat *chat, const XmppNode *question, const char *item, const char *from,
                                  const char *to, const char *origin_id);
void        settle_end_page      (Chat *chat, const XmppNode *question, const char *first, gboolean complete);
void        settle_answer_prefs  (Chat *chat, const char *keep);                  /* (nullable) it knows none */

G_END_DECLS
