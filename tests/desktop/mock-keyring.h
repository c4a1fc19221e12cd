/* A Secret Service that misbehaves as it is told to, on a bus of its own. It has one entry, for romeo@montague.example,
 * with the password "a rose". */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  MOCK_OPEN,        /* gives, takes and forgets */
  MOCK_UNLOCKED,    /* is locked until the prompt, which is answered */
  MOCK_DISMISSED,   /* is locked, and the prompt is dismissed */
  MOCK_REFUSING,    /* says no to everything */
  MOCK_LEAVING,     /* leaves the bus when it is asked something */
  MOCK_LEAVING_AT_PROMPT,
} MockMood;

typedef struct _MockKeyring MockKeyring;

MockKeyring *mock_keyring_new          (const char  *address,    /* of the bus */
                                        MockMood     mood) G_GNUC_WARN_UNUSED_RESULT;
void         mock_keyring_free         (MockKeyring *self);
const char  *mock_keyring_get_password (MockKeyring *self);      /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockKeyring, mock_keyring_free)

G_END_DECLS
