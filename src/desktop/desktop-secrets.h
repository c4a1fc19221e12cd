/* Where passwords live: the system keyring, through libsecret. A test hands down one that lives in memory. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Why the keyring gave or took nothing. */
typedef enum {
  DESKTOP_SECRETS_ERROR_ABSENT,     /* there is no keyring on this desktop */
  DESKTOP_SECRETS_ERROR_LOCKED,     /* it is locked, and was not unlocked when the user was asked */
  DESKTOP_SECRETS_ERROR_REFUSED,    /* it said no */
  DESKTOP_SECRETS_ERROR_VANISHED,   /* it went away while it was asked, or does not answer */
} DesktopSecretsError;

#define DESKTOP_SECRETS_ERROR (desktop_secrets_error_quark ())
#define DESKTOP_TYPE_SECRETS (desktop_secrets_get_type ())
G_DECLARE_INTERFACE (DesktopSecrets, desktop_secrets, DESKTOP, SECRETS, GObject)

struct _DesktopSecretsInterface {
  GTypeInterface parent;
  void     (*lookup_async)  (DesktopSecrets *self, const char *account, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
  char    *(*lookup_finish) (DesktopSecrets *self, GAsyncResult *result, GError **error);
  void     (*store_async)   (DesktopSecrets *self, const char *account, const char *password, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*store_finish)  (DesktopSecrets *self, GAsyncResult *result, GError **error);
  void     (*clear_async)   (DesktopSecrets *self, const char *account, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*clear_finish)  (DesktopSecrets *self, GAsyncResult *result, GError **error);
};

GQuark          desktop_secrets_error_quark   (void);
DesktopSecrets *desktop_secrets_new_keyring   (void) G_GNUC_WARN_UNUSED_RESULT;
void            desktop_secrets_lookup_async  (DesktopSecrets       *self,
                                               const char           *account,     /* a bare JID */
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
char           *desktop_secrets_lookup_finish (DesktopSecrets       *self,        /* NULL without error: none is kept; free with desktop_secrets_wipe */
                                               GAsyncResult         *result,
                                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void            desktop_secrets_store_async   (DesktopSecrets       *self,
                                               const char           *account,
                                               const char           *password,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean        desktop_secrets_store_finish  (DesktopSecrets       *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void            desktop_secrets_clear_async   (DesktopSecrets       *self,
                                               const char           *account,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean        desktop_secrets_clear_finish  (DesktopSecrets       *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void            desktop_secrets_wipe          (char                 *password);   /* (nullable) overwrites, then frees */

G_END_DECLS
