/* A server that does what a test tells it: sends text, waits for stanzas, signs the client in, goes silent, hangs up.
 *
 *   g_autoptr (FakeServer) server = fake_server_new ("montague.example");
 *   g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
 *
 *   xmpp_session_connect_async (session, login, fake_server_get_client_io (server), NULL, fake_result_cb, &result);
 *   fake_server_login (server, "romeo@montague.example/orchard");
 *   xmpp_session_connect_finish (session, fake_wait (&result), &error);
 *   XmppNode *get = fake_server_expect (server, "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>");
 *   fake_server_reply (server, get, "<query xmlns='jabber:iq:roster'/>");
 *
 * Every verb runs the default main context while it waits, so the client lives meanwhile. What does not come within
 * FAKE_DEADLINE ends the test program with what was wanted and what was got. */
#pragma once

#include "xmpp-login.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

#define FAKE_DEADLINE (10 * G_TIME_SPAN_SECOND)   /* of real time, for a slow machine; nothing ever waits for it to pass */
#define FAKE_PASSWORD "wherefore art thou"
#define FAKE_SM       "<sm xmlns='urn:xmpp:sm:3'/>"   /* a feature for fake_server_set_features() */

typedef struct _FakeServer FakeServer;

/* How the server behaves in SCRAM. */
typedef enum {
  FAKE_SCRAM_HONEST,
  FAKE_SCRAM_LAST_CHALLENGE,   /* honest, with its proof in a <challenge/> before an empty <success/> */
  FAKE_SCRAM_SIGNED_OFFER,     /* honest, and signs what it offers (XEP-0474) */
  FAKE_SCRAM_NO_PROOF,         /* <success/> without the server's signature */
  FAKE_SCRAM_EARLY_SUCCESS,    /* <success/> right after <auth/> */
  FAKE_SCRAM_WRONG_PROOF,      /* a signature of somebody who does not know the password */
  FAKE_SCRAM_FOREIGN_NONCE,    /* a nonce that does not begin with the client's */
  FAKE_SCRAM_NO_NONCE,         /* a nonce that adds nothing to the client's */
  FAKE_SCRAM_EXTENSION,        /* a mandatory extension, m=… */
  FAKE_SCRAM_JUNK,             /* a challenge that is not SCRAM */
  FAKE_SCRAM_OTHER_OFFER,      /* signs an offer with more in it than what it offers */
  FAKE_SCRAM_DESERTED,         /* honest, but the client is not to answer */
} FakeScram;

/* Life. domain is what the server answers for. */
FakeServer *fake_server_new             (const char      *domain) G_GNUC_WARN_UNUSED_RESULT;   /* on a socket pair */
FakeServer *fake_server_new_for_io      (const char      *domain,
                                         GIOStream       *io) G_GNUC_WARN_UNUSED_RESULT;       /* on an accepted connection */
void        fake_server_free            (FakeServer      *self);
GIOStream  *fake_server_get_client_io   (FakeServer      *self);   /* (transfer none) the client's end of the pair */

/* Settings, each before the verb it is for. */
void        fake_server_set_chunks      (FakeServer      *self,
                                         gsize            bytes);         /* deliver in pieces of this size; 0 (at first): whole */
void        fake_server_set_random_chunks (FakeServer    *self,
                                         gsize            bytes,          /* … of one byte up to so many, the same ones */
                                         guint32          seed);          /* for the same seed */
void        fake_server_set_secure      (FakeServer      *self);          /* for xmpp_stream_new (io, TRUE): login offers no STARTTLS */
void        fake_server_set_certificate (FakeServer      *self,
                                         const char      *name);          /* good (at first), or another one of make-certs.sh's */
void        fake_server_set_mechanisms  (FakeServer      *self,
                                         const char      *names);         /* spaces between; at first all SCRAM but -PLUS */
void        fake_server_set_bindings    (FakeServer      *self,
                                         const char      *names);         /* XEP-0440's list, spaces between; NULL (at first): none */
void        fake_server_set_password    (FakeServer      *self,
                                         const char      *password);      /* at first FAKE_PASSWORD */
void        fake_server_set_scram       (FakeServer      *self,
                                         FakeScram        behaviour,
                                         guint            iterations);    /* at first honest, 4096 */
void        fake_server_set_features    (FakeServer      *self,
                                         const char      *xml);           /* more features after login, next to <bind/> */
void        fake_server_set_abilities   (FakeServer      *self,
                                         const char      *features);      /* what it says in disco#info of itself and the account, spaces between; at first nothing */

/* Verbs. */
void        fake_server_send            (FakeServer      *self,
                                         const char      *format,
                                         ...) G_GNUC_PRINTF (2, 3);       /* xml, or any text */
XmppNode   *fake_server_expect          (FakeServer      *self,
                                         const char      *pattern);       /* the next stanza must cover this (xmpp_node_covers); borrowed from server */
XmppNode   *fake_server_find            (FakeServer      *self,
                                         const char      *pattern);       /* … or a later one; those that do not cover it are left for later */
XmppNode   *fake_server_look            (FakeServer      *self,
                                         const char      *pattern);       /* (nullable) … if it has come already */
void        fake_server_expect_nothing  (FakeServer      *self);          /* nothing has come, and nothing is on its way in this thread */
void        fake_server_forget          (FakeServer      *self);          /* what has come so far is of no interest */
void        fake_server_expect_end      (FakeServer      *self);          /* </stream:stream> */
void        fake_server_expect_hang_up  (FakeServer      *self);          /* the client's end is closed; stanzas before it are left */
void        fake_server_reply           (FakeServer      *self,
                                         const XmppNode  *iq,
                                         const char      *payload);       /* (nullable) an iq result to what expect returned */
void        fake_server_reply_error     (FakeServer      *self,
                                         const XmppNode  *iq,
                                         const char      *type,           /* cancel … */
                                         const char      *condition);     /* item-not-found … */
void        fake_server_end             (FakeServer      *self);          /* </stream:stream> */
void        fake_server_hang_up         (FakeServer      *self);          /* without a word */

/* The way in, in one go or step by step. */
void        fake_server_login           (FakeServer      *self,
                                         const char      *jid);           /* all of it; binds this full JID */
XmppNode   *fake_server_open            (FakeServer      *self,
                                         const char      *features);      /* expects a stream header (returned), answers with ours and these features */
void        fake_server_secure          (FakeServer      *self);          /* expects <starttls/>, proceeds, and shakes hands */
gboolean    fake_server_try_secure      (FakeServer      *self,
                                         const char      *behind);        /* … with this behind <proceed/>; FALSE: the handshake failed */
gboolean    fake_server_proceed_with    (FakeServer      *self,
                                         const char      *proceed);       /* says this instead, and shakes hands; FALSE: failed */
void        fake_server_proceed         (FakeServer      *self,
                                         const char      *behind);        /* … and leave it at that: no TLS comes from here */
gboolean    fake_server_handshake       (FakeServer      *self);          /* TLS now; FALSE: failed */
char       *fake_server_mechanisms      (FakeServer      *self) G_GNUC_WARN_UNUSED_RESULT;    /* the features before login, as XML */
gboolean    fake_server_authenticate    (FakeServer      *self);          /* plays SCRAM or PLAIN to its end; FALSE: wrong password, or behaved badly */
void        fake_server_bind            (FakeServer      *self,
                                         const char      *jid);           /* expects the bind request, answers with this */
XmppNode   *fake_server_reopen          (FakeServer      *self);          /* all of the way in up to <resume/>, which this returns */
void        fake_server_manage          (FakeServer      *self,
                                         const char      *attributes);    /* finds <enable/>, and answers <enabled/> with these, as XML */
void        fake_server_resume          (FakeServer      *self,
                                         const char      *previous,
                                         guint32          h);             /* answers that with <resumed/> */
void        fake_server_ack             (FakeServer      *self);          /* says that all that came since then is handled … */
guint32     fake_server_get_handled     (FakeServer      *self);          /* … which is so many */
void        fake_server_answer_disco    (FakeServer      *self);          /* says what the server and the account can (fake_server_set_abilities) */
void        fake_server_welcome         (FakeServer      *self,
                                         const char      *roster);        /* … and the roster (nullable): all that is asked before the first presence */
const char *fake_server_get_mechanism   (FakeServer      *self);          /* (nullable) what the client chose */
const char *fake_server_get_gs2         (FakeServer      *self);          /* (nullable) "n,,", "y,,", "p=tls-exporter,," */
const char *fake_server_get_clear       (FakeServer      *self);          /* all that came before TLS, for everybody to read */

/* For clients. */
XmppLogin    *fake_login       (const char   *jid) G_GNUC_WARN_UNUSED_RESULT;   /* with FAKE_PASSWORD, trusting the tests' CA */
GTlsDatabase *fake_trust       (void) G_GNUC_WARN_UNUSED_RESULT;                /* the tests' CA alone */
char         *fake_sha256      (const char   *certificate) G_GNUC_WARN_UNUSED_RESULT;   /* what it is known by: XmppLogin's pin */

/* For asynchronous calls: fake_result_cb (…, &result) keeps the result, fake_wait (&result) returns it once it is
 * there; it is freed by whoever declared it, as g_autoptr (GAsyncResult) result = NULL. */
void          fake_result_cb   (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data);
GAsyncResult *fake_wait        (GAsyncResult **result);
void          fake_wait_until  (gboolean    (*done) (gpointer data),
                                gpointer      data,
                                const char   *what);      /* what is waited for, for the message */
void          fake_settle      (void);                    /* runs the main context until nothing is ready any more */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

G_END_DECLS
