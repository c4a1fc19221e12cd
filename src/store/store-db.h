/* SQLite for the tables' files: cached statements, bind and step with GError. Writer thread only. */
#pragma once

#include <sqlite3.h>

#include "store.h"

G_BEGIN_DECLS

typedef struct _StoreStatement StoreStatement;   /* prepared once per connection, reset when its scope ends */

StoreDb        *store_db_open         (const char      *path,
                                       GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void            store_db_free         (StoreDb         *self);
gboolean        store_db_is_mine      (StoreDb         *self);    /* this is the thread that opened it */
gboolean        store_db_accept       (StoreDb         *self,     /* the schema is ours: until then the file is only read */
                                       GError         **error);
gboolean        store_db_is_empty     (StoreDb         *self);    /* nothing was ever made in it */
gboolean        store_db_exec         (StoreDb         *self,
                                       const char      *sql,
                                       GError         **error);
StoreStatement *store_db_prepare      (StoreDb         *self,
                                       const char      *sql,      /* a literal: cached by address */
                                       GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gint64          store_db_last_id      (StoreDb         *self);
int             store_db_changes      (StoreDb         *self);
gint64          store_db_all_changes  (StoreDb         *self);    /* rows that were ever changed: who compares knows whether there were any */
void            store_db_note_accounts (StoreDb        *self);    /* their table was written to … */
gboolean        store_db_take_note    (StoreDb         *self);    /* … since this was asked last */
gboolean        store_db_begin        (StoreDb         *self,
                                       GError         **error);
gboolean        store_db_commit       (StoreDb         *self,
                                       GError         **error);
void            store_db_rollback     (StoreDb         *self);
gboolean        store_db_in_progress  (StoreDb         *self);    /* a transaction is open: SQLite may have given it up itself */
gboolean        store_db_mark         (StoreDb         *self,     /* a point inside the transaction … */
                                       GError         **error);
gboolean        store_db_unmark       (StoreDb         *self,     /* … to keep what came after it … */
                                       GError         **error);
void            store_db_undo_to_mark (StoreDb         *self);    /* … or to undo it */

void            store_bind_int        (StoreStatement  *self,
                                       int              index,    /* from 1 */
                                       gint64           value);
void            store_bind_text       (StoreStatement  *self,
                                       int              index,
                                       const char      *value);   /* NULL binds NULL; must live until the step */
gboolean        store_step            (StoreStatement  *self,     /* TRUE: a row; FALSE: done, or *error */
                                       GError         **error);
gboolean        store_step_done       (StoreStatement  *self,     /* TRUE when it ran to its end */
                                       GError         **error);
gint64          store_column_int      (StoreStatement  *self,
                                       int              index);   /* from 0 */
char           *store_column_text     (StoreStatement  *self,
                                       int              index) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */
void            store_statement_reset (StoreStatement  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreStatement, store_statement_reset)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreDb, store_db_free)

G_END_DECLS
