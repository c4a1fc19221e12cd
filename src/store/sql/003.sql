-- What a server keeps and was not read yet, and one order for everything that was said.
-- This file is history: a change to the schema is a new file with the next number.

-- Positions are given out in one order for all conversations, so that an interval of them is a time in each.
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

ALTER TABLE accounts ADD COLUMN bound_resource TEXT;

-- Of an own line that was handed to a stream: what positions.next was then. It stands above that if it was sent.
ALTER TABLE messages ADD COLUMN tried INTEGER NOT NULL DEFAULT 0 CHECK (tried >= 0);

-- Until now each conversation counted for itself. From 2^60 on, so that what was said before has its place below, and
-- 2^32 apart, so that it has one in between, the rows now stand in the order in which they came to their places: none
-- was there before those that stand above it in its conversation. A read mark waits as the id of its row meanwhile, and
-- indexes are quicker made anew than kept.
UPDATE conversations
  SET read_position = coalesce ((SELECT m.id FROM messages m
                                  WHERE m.conversation = conversations.id AND m.position <= read_position
                                    AND m.position < 4611686018427387904
                                  ORDER BY m.position DESC LIMIT 1), 0)
  WHERE read_position > 0;

DROP INDEX messages_place;
DROP INDEX messages_own;
DROP INDEX messages_unread;
DROP INDEX messages_waiting;

UPDATE messages SET position = 1152921504606846976 + ordered.place * 4294967296
  FROM (SELECT id, row_number () OVER (ORDER BY came, position) AS place
          FROM (SELECT id, position, max (id) OVER (PARTITION BY conversation ORDER BY position) AS came
                  FROM messages WHERE position < 4611686018427387904)) AS ordered
  WHERE messages.id = ordered.id;

UPDATE conversations
  SET read_position = (SELECT m.position FROM messages m WHERE m.id = read_position)
  WHERE read_position > 0;

CREATE UNIQUE INDEX messages_place ON messages (conversation, position);
CREATE INDEX messages_order ON messages (position);
CREATE INDEX messages_unread ON messages (conversation, position) WHERE outgoing = 0;
CREATE INDEX messages_stanza ON messages (conversation, stanza_id, outgoing, position) WHERE stanza_id IS NOT NULL;

INSERT INTO positions
  SELECT 1, coalesce (max (position), 1152921504606846976) + 1048576
    FROM messages WHERE position < 4611686018427387904;
