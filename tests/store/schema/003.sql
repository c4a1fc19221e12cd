-- A database as schema 3 left it. It stands still: what reads it are the steps that come after.
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
, name TEXT CHECK (name <> ''), colour INTEGER NOT NULL DEFAULT 0 CHECK (colour >= 0), priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -128 AND 127), ask_password INTEGER NOT NULL DEFAULT 0 CHECK (ask_password IN (0, 1)), pin TEXT CHECK (length (pin) = 64 AND pin NOT GLOB '*[^0-9a-f]*'), pin_errors INTEGER NOT NULL DEFAULT 0 CHECK (pin_errors >= 0), own_show INTEGER NOT NULL DEFAULT -1 CHECK (own_show >= -1), own_status TEXT, is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)), bound_resource TEXT) STRICT;

CREATE TABLE conversations (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account       INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  kind          INTEGER NOT NULL CHECK (kind >= 0),
  jid           TEXT    NOT NULL,
  read_position INTEGER NOT NULL DEFAULT 0 CHECK (read_position >= 0),
  draft         TEXT,
  UNIQUE (account, kind, jid)
) STRICT;

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
  asks_receipt INTEGER NOT NULL CHECK (asks_receipt IN (0, 1)), tried INTEGER NOT NULL DEFAULT 0 CHECK (tried >= 0),
  CHECK ((state = 0) = (outgoing = 0)),
  CHECK (state <> 1 OR position >= 4611686018427387904),
  CHECK (state IN (1, 2) OR position < 4611686018427387904)
) STRICT;

CREATE UNIQUE INDEX messages_origin ON messages (conversation, sender, origin_id) WHERE origin_id IS NOT NULL;

CREATE UNIQUE INDEX messages_archive ON messages (conversation, archive_id) WHERE archive_id IS NOT NULL;

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

CREATE UNIQUE INDEX accounts_default ON accounts (is_default) WHERE is_default = 1;

CREATE TABLE positions (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  next INTEGER NOT NULL CHECK (next BETWEEN 1152921504606846976 AND 4611686018427387904)
) STRICT;

CREATE TABLE archives (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  jid     TEXT    NOT NULL,
  newest  TEXT,
  UNIQUE (account, jid)
) STRICT;

CREATE TABLE gaps (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  archive    INTEGER NOT NULL REFERENCES archives ON DELETE CASCADE,
  low        INTEGER NOT NULL CHECK (low >= 0),
  high       INTEGER NOT NULL CHECK (high <= 4611686018427387904),
  after_id   TEXT,
  before_id  TEXT,
  opened_at  INTEGER NOT NULL,
  is_history INTEGER NOT NULL CHECK (is_history IN (0, 1)),
  CHECK (low < high)
) STRICT;

CREATE INDEX gaps_archive ON gaps (archive, high);

CREATE UNIQUE INDEX messages_place ON messages (conversation, position);

CREATE INDEX messages_order ON messages (position);

CREATE INDEX messages_unread ON messages (conversation, position) WHERE outgoing = 0;

CREATE INDEX messages_stanza ON messages (conversation, stanza_id, outgoing, position) WHERE stanza_id IS NOT NULL;

INSERT INTO positions VALUES (1, 1152922604119523328);
INSERT INTO accounts
  VALUES (1, 'romeo@montague.example', 'linnet.2f1c', NULL, 0, 0, 1, 'SCRAM-SHA-256', 1, 0, 'ver7', 1,
          'Home', 3, -5, 0, NULL, 0, -1, NULL, 1, 'linnet.2f1c.x');
INSERT INTO conversations VALUES (1, 1, 0, 'juliet@capulet.example', 1152921504607895552, 'My only love');
INSERT INTO messages
  VALUES (1, 1, 1152921504607895552, 0, 'juliet@capulet.example', 's1', 'o1', 'a1', 1767225600000000,
          'Wherefore art thou Romeo?', 0, NULL, 1, 0);
INSERT INTO messages
  VALUES (2, 1, 1152921504608944128, 1, 'romeo@montague.example', 's2', 's2', NULL, 1767225601000000,
          'Shall I hear more?', 4, NULL, 1, 0);
INSERT INTO messages
  VALUES (3, 1, 4611686018427387905, 1, 'romeo@montague.example', 's3', 's3', NULL, 1767225602000000,
          'Not sent yet', 1, NULL, 1, 1152921504609992704);
INSERT INTO archives VALUES (1, 1, 'romeo@montague.example', 'a1');
INSERT INTO gaps VALUES (1, 1, 1152921504609992704, 1152922604118474752, 'a1', 'a7', 1767225603000000, 0);
INSERT INTO roster VALUES (1, 'juliet@capulet.example', 'Juliet', 3, 0, 0);
INSERT INTO roster VALUES (1, 'nurse@capulet.example', NULL, 1, 1, 0);
INSERT INTO roster_groups VALUES (1, 'juliet@capulet.example', 'Verona');

PRAGMA user_version = 3;
