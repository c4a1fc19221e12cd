/* The database's one door: jobs run in order on one writer thread, answers come on the main loop. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _StoreDb StoreDb;

typedef enum {
  STORE_ERROR_FAILED,     /* what SQLite said */
  STORE_ERROR_FULL,       /* no room on the disk */
  STORE_ERROR_BUSY,       /* somebody else has it locked */
  STORE_ERROR_CORRUPT,    /* not a database, or a broken one */
  STORE_ERROR_FUTURE,     /* made by a newer version */
  STORE_ERROR_NOT_FOUND,
} StoreError;

#define STORE_ERROR (store_error_quark ())
#define STORE_TYPE_STORE (store_get_type ())
G_DECLARE_FINAL_TYPE (Store, store, STORE, STORE, GObject)

/* Runs on the writer thread, inside one transaction that is rolled back when it returns with an error.
 * What it returns is handed to store_run_finish(). */
typedef gpointer (*StoreJob) (StoreDb *db, gpointer data, GError **error);

/* Property, notified: "trouble" (GError, nullable): STORE_ERROR FULL, BUSY or CORRUPT from the first job that fails so
 * until one that writes succeeds. */
GQuark   store_error_quark (void);
void     store_open_async  (const char           *path,          /* ":memory:" for tests */
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
Store   *store_open_finish (GAsyncResult         *result,
                            GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void     store_run_async   (Store                *self,
                            StoreJob              job,
                            gpointer              data,          /* (transfer full) freed on the main loop after the answer */
                            GDestroyNotify        destroy,
                            GDestroyNotify        free_result,   /* when nobody takes the answer */
                            GCancellable         *cancellable,   /* cancels waiting, never half a job */
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
gpointer store_run_finish  (Store                *self,
                            GAsyncResult         *result,
                            GError              **error);
const char *store_get_kept_aside (Store        *self);         /* (nullable) where a damaged file was moved to when this one was opened */
const GError *store_get_trouble (Store         *self);         /* (nullable) why nothing can be written at the moment */
gboolean store_close       (Store                *self,          /* waits for the queue to empty; at exit only */
                            GError              **error);

G_END_DECLS
