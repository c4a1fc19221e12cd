/* Tries again what the store could not take: as soon as its trouble is over, or after a while. For the parts. */
#pragma once

#include "chat-account-private.h"
#include "store-db.h"

G_BEGIN_DECLS

#define PART_RETRY_INTERVAL (10 * G_TIME_SPAN_SECOND)

typedef struct _PartRetry PartRetry;
typedef void (*PartRetryFunc) (gpointer data);

PartRetry *part_retry_new        (ChatAccount    *account,    /* (not owned) */
                                  PartRetryFunc   func,
                                  gpointer        data) G_GNUC_WARN_UNUSED_RESULT;
void       part_retry_later      (PartRetry      *self);      /* func is called once, when there is hope */
void       part_retry_now        (PartRetry      *self);      /* … or now */
gboolean   part_retry_is_waiting (PartRetry      *self);
void       part_retry_free       (PartRetry      *self);

/* For jobs, on the writer thread. */
gboolean   part_retry_may_help   (StoreDb        *db,
                                  const GError   *error);     /* nothing else can be stored now either */

G_END_DECLS
