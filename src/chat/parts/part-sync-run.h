/* Reads the gaps of one archive, newest first, each from its newest end to its oldest. */
#pragma once

#include "chat-account-private.h"
#include "store-archives.h"

G_BEGIN_DECLS

typedef struct _PartSyncRun PartSyncRun;

PartSyncRun *part_sync_run_new   (ChatAccount   *account,      /* (not owned) */
                                  XmppJid       *archive,      /* (nullable) whose: NULL: the account's */
                                  ChatHistory   *history) G_GNUC_WARN_UNUSED_RESULT;
void         part_sync_run_show  (PartSyncRun   *self,         /* before a session */
                                  GPtrArray     *gaps);        /* (transfer full) of StoreGapRow, newest first */
void         part_sync_run_begin (PartSyncRun   *self,         /* a session has begun, and there is an archive */
                                  GPtrArray     *gaps,         /* (transfer full) of StoreGapRow, newest first */
                                  gboolean       is_extended); /* it takes after_id */
void         part_sync_run_pause (PartSyncRun   *self);        /* the link is lost … */
void         part_sync_run_go_on (PartSyncRun   *self);        /* … and back, with the session */
void         part_sync_run_store (PartSyncRun   *self);        /* the inbox has stored something */
void         part_sync_run_end   (PartSyncRun   *self);        /* the session is over */
void         part_sync_run_free  (PartSyncRun   *self);

G_END_DECLS
