/* The server's half of SCRAM (RFC 5802), honest or not; it shares nothing with the client's half. */
#pragma once

#include <gio/gio.h>

#include "fake-server.h"

G_BEGIN_DECLS

typedef struct _FakeScramServer FakeScramServer;

FakeScramServer *fake_scram_server_new   (const char       *mechanism,
                                          const char       *password,
                                          GBytes           *binding,       /* (nullable) what the channel is bound to here */
                                          FakeScram         behaviour,
                                          guint             iterations) G_GNUC_WARN_UNUSED_RESULT;
void             fake_scram_server_free  (FakeScramServer  *self);
void             fake_scram_server_sign  (FakeScramServer  *self,
                                          const char       *offer);        /* to be sent as XEP-0474's hash */
char            *fake_scram_server_first (FakeScramServer  *self,
                                          const char       *client_first) G_GNUC_WARN_UNUSED_RESULT;   /* NULL: malformed */
char            *fake_scram_server_final (FakeScramServer  *self,
                                          const char       *client_final) G_GNUC_WARN_UNUSED_RESULT;   /* NULL: not authorized */
const char      *fake_scram_server_gs2   (FakeScramServer  *self);         /* (nullable) "y,," */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeScramServer, fake_scram_server_free)

G_END_DECLS
