/* A managed session (XEP-0198): signed in, cut off, back again. */
#pragma once

#include "session-fixture.h"
#include "xmpp-ns.h"

G_BEGIN_DECLS

#define RESUMABLE "id='ours' resume='true'"
#define LINE(text) "<message from='" JULIET "' type='chat'><body>" text "</body></message>"

void      sm_sign_in       (Fixture       *fixture,
                            const char    *enabled);   /* the attributes of <enabled/> */
void      sm_send          (Fixture       *fixture,
                            const char    *body,
                            GAsyncResult **result);
void      sm_assert_sent   (Fixture       *fixture,
                            GAsyncResult **result);
void      sm_assert_failed (Fixture       *fixture,
                            GAsyncResult **result,
                            GQuark         domain,
                            int            code);
void      sm_lose          (Fixture       *fixture);    /* the link; a new server is there, and has <sm/> */
XmppNode *sm_come_back     (Fixture       *fixture,
                            GAsyncResult **result);     /* up to <resume/> */
void      sm_resume        (Fixture       *fixture,
                            guint32        h);          /* all of it */
void      sm_pass          (Fixture       *fixture,
                            gint64         by);

G_END_DECLS
