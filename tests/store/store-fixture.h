/* What the store's tests share: a database on the test's own thread, a store on its own, and rows to put in. */
#pragma once

#include "store-accounts.h"
#include "store-archives.h"
#include "store-conversations.h"
#include "store-messages.h"
#include "store-roster.h"
#include "store-schema.h"

/* 2026-01-01 00:00 UTC in µs */
#define FIXTURE_TIME (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC)

/* Of the nth message that comes into a new database. */
#define FIXTURE_PLACE(n) (STORE_POSITION_FIRST + (n) * STORE_POSITION_GAP)

StoreDb         *fixture_db            (void);
char            *fixture_folder        (void);
void             fixture_folder_free   (char *folder);
Store           *fixture_open          (const char *path, GError **error);
void             fixture_spin          (gboolean *done);
gpointer         fixture_run           (Store *store, StoreJob job, gpointer data, GError **error);
gpointer         fixture_add_job       (StoreDb *db, gpointer data, GError **error);   /* an account called like data */
gint64           fixture_count         (StoreDb *db, const char *table);
gint64           fixture_account       (StoreDb *db, const char *jid);
gint64           fixture_conversation  (StoreDb *db, gint64 account, const char *jid);
StoreMessageRow *fixture_incoming      (gint64 conversation, const char *body);
StoreMessageRow *fixture_outgoing      (gint64 conversation, const char *body);
gint64           fixture_insert        (StoreDb *db, StoreMessageRow *row);   /* (transfer full) row */
GPtrArray       *fixture_sqlite        (const char *path, const char *sql);   /* first column of each row, as text */
char            *fixture_schema        (const char *path);                    /* what sqlite_schema says */

/* A plan of random steps: whether it holds, and how it is written down. */
typedef gboolean (*FixtureRun)      (guint seed, const GArray *steps, GString *why);
typedef void     (*FixtureDescribe) (const GArray *steps, GString *text);

void             fixture_assert_steps  (guint seed, GArray *steps, FixtureRun run, FixtureDescribe describe);

typedef char FixtureFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureFolder, fixture_folder_free)
