/* A keyring that lives in memory, and fails or keeps silent when it is told to. */
#pragma once

#include "desktop-secrets.h"

G_BEGIN_DECLS

#define MEMORY_TYPE_SECRETS (memory_secrets_get_type ())
G_DECLARE_FINAL_TYPE (MemorySecrets, memory_secrets, MEMORY, SECRETS, GObject)

MemorySecrets *memory_secrets_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void           memory_secrets_set  (MemorySecrets *self,
                                    const char    *account,
                                    const char    *password);   /* (nullable): none is kept */
const char    *memory_secrets_get  (MemorySecrets *self,
                                    const char    *account);    /* (nullable) */
void           memory_secrets_fail (MemorySecrets *self,
                                    const GError  *error);      /* (nullable) what every call answers from now on */
void           memory_secrets_break (MemorySecrets       *self,
                                    DesktopSecretsError  code); /* the same */
void           memory_secrets_hold (MemorySecrets *self,
                                    gboolean       holding);    /* TRUE: it answers nothing for now; FALSE: all of it, in order */
guint          memory_secrets_take_lookups (MemorySecrets *self);   /* how often it was asked since */

G_END_DECLS
