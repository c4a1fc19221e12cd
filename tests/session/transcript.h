/* Plays a transcript of a real server on the fake one. What a transcript is, tests/lib/record.py says, which writes it.
 *
 * A placeholder that the client fills stands for what it said; one that the server fills is made up: a {stamp} is
 * TRANSCRIPT_STAMP, SCRAM is the fake server's, anything else is its own name. What the server says without waiting for
 * the client is sent in one piece. */
#pragma once

#include "fake-server.h"

G_BEGIN_DECLS

#define TRANSCRIPT_STAMP "2023-11-14T20:00:00Z"

typedef struct _Transcript Transcript;

/* The client is about to be heard with something like this line, and may have to be told to say it. */
typedef void (*TranscriptTell) (const XmppNode *line, gpointer user_data);

Transcript *transcript_new     (const char       *name,        /* "starttls" */
                                FakeServer       *server) G_GNUC_WARN_UNUSED_RESULT;
void        transcript_free    (Transcript       *self);
void        transcript_play    (Transcript       *self,
                                TranscriptTell    tell,
                                gpointer          user_data);
const char *transcript_name_of (Transcript       *self,
                                const char       *value);      /* the placeholder it stands for; itself when for none */

G_END_DECLS
