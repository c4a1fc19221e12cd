/* The accounts table: who signs in where, and what was learned about it. No password, ever. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

typedef struct {
  gint64    id;              /* 0: not stored yet */
  char     *jid;             /* (owned) bare */
  char     *resource;        /* (owned, nullable) */
  char     *host;            /* (owned, nullable) manual */
  guint     port;
  guint     security;        /* as XmppSecurity */
  gboolean  enabled;
  char     *mechanism;       /* (owned, nullable) the last that worked */
  gboolean  scram_seen, bound_seen;
  char     *roster_version;  /* (owned, nullable) */
  gint64    position;        /* order among accounts */
  char     *name;            /* (owned, nullable) the user's own word for it */
  guint     colour;          /* index into the palette */
  int       priority;        /* of its presence, -128…127 */
  gboolean  ask_password;    /* never kept: asked for each time */
  char     *pin;             /* (owned, nullable) SHA-256 of the certificate that is trusted, 64 hexadecimal digits */
  guint     pin_errors;      /* as GTlsCertificateFlags: what was wrong with it when it was trusted */
  int       own_show;        /* as XmppShow; -1: like all the others */
  char     *own_status;      /* (owned, nullable) with own_show */
  gboolean  is_default;      /* new chats go out from it; one account at most */
  char     *bound_resource;  /* (owned, nullable) the one that the server gave it last, to be had again */
} StoreAccountRow;

void       store_account_row_free      (StoreAccountRow        *row);
GPtrArray *store_accounts_load_rows    (StoreDb                *db,
                                        GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gint64     store_accounts_put_rows     (StoreDb                *db,      /* inserts when id is 0; the id, 0 on error */
                                        const StoreAccountRow  *row,
                                        GError                **error);
gboolean   store_accounts_order_rows   (StoreDb                *db,      /* positions from 0; who is not named keeps its own */
                                        const gint64           *ids,
                                        gsize                   n_ids,
                                        GError                **error);
gboolean   store_accounts_remove_rows  (StoreDb                *db,      /* with its conversations, messages, roster */
                                        gint64                  id,
                                        GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreAccountRow, store_account_row_free)

G_END_DECLS
