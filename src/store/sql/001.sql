-- The first schema: who signs in, with whom they talk, what was said, whom they know.
-- Times are µs since 1970 UTC, addresses are normalised by the caller, enumerations are named in the headers.
-- This file is history: a change to the schema is a new file with the next number.

CREATE TABLE accounts (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  jid            TEXT    NOT NULL UNIQUE,
  resource       TEXT,
  host           TEXT,
  port           INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  security       INTEGER NOT NULL CHECK (security >= 0),
  enabled        INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  mechanism      TEXT,
  scram_seen     INTEGER NOT NULL CHECK (scram_seen IN (0, 1)),
  bound_seen     INTEGER NOT NULL CHECK (bound_seen IN (0, 1)),
  roster_version TEXT,
  position       INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account       INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  kind          INTEGER NOT NULL CHECK (kind >= 0),
  jid           TEXT    NOT NULL,
  read_position INTEGER NOT NULL DEFAULT 0 CHECK (read_position >= 0),
  draft         TEXT,
  UNIQUE (account, kind, jid)
) STRICT;

-- A position from 2^62 on is that of an own line that has not been sent yet.
CREATE TABLE messages (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
  position     INTEGER NOT NULL CHECK (position > 0),
  outgoing     INTEGER NOT NULL CHECK (outgoing IN (0, 1)),
  sender       TEXT    NOT NULL,
  stanza_id    TEXT,
  origin_id    TEXT,
  archive_id   TEXT,
  sent_at      INTEGER NOT NULL,
  body         TEXT    NOT NULL,
  state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
  error        TEXT,
  asks_receipt INTEGER NOT NULL CHECK (asks_receipt IN (0, 1)),
  CHECK ((state = 0) = (outgoing = 0)),
  CHECK (state <> 1 OR position >= 4611686018427387904),
  CHECK (state IN (1, 2) OR position < 4611686018427387904)
) STRICT;

CREATE UNIQUE INDEX messages_place ON messages (conversation, position);

-- What makes two stanzas the same message: never a stanza's id alone, which anybody can repeat.
CREATE UNIQUE INDEX messages_origin ON messages (conversation, sender, origin_id) WHERE origin_id IS NOT NULL;
CREATE UNIQUE INDEX messages_archive ON messages (conversation, archive_id) WHERE archive_id IS NOT NULL;

CREATE INDEX messages_own ON messages (conversation, stanza_id, position) WHERE outgoing = 1;
CREATE INDEX messages_unread ON messages (conversation, position) WHERE outgoing = 0;
CREATE INDEX messages_waiting ON messages (position) WHERE position >= 4611686018427387904;

CREATE TABLE roster (
  account      INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  jid          TEXT    NOT NULL,
  name         TEXT,
  subscription INTEGER NOT NULL CHECK (subscription >= 0),
  ask          INTEGER NOT NULL CHECK (ask IN (0, 1)),
  approved     INTEGER NOT NULL CHECK (approved IN (0, 1)),
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_groups (
  account INTEGER NOT NULL,
  jid     TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  PRIMARY KEY (account, jid, name),
  FOREIGN KEY (account, jid) REFERENCES roster ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
