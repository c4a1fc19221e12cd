-- What the user decides about an account: what it is called, what it trusts, how it is seen.
-- This file is history: a change to the schema is a new file with the next number.

ALTER TABLE accounts ADD COLUMN name TEXT CHECK (name <> '');
ALTER TABLE accounts ADD COLUMN colour INTEGER NOT NULL DEFAULT 0 CHECK (colour >= 0);
ALTER TABLE accounts ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -128 AND 127);
ALTER TABLE accounts ADD COLUMN ask_password INTEGER NOT NULL DEFAULT 0 CHECK (ask_password IN (0, 1));
ALTER TABLE accounts ADD COLUMN pin TEXT CHECK (length (pin) = 64 AND pin NOT GLOB '*[^0-9a-f]*');
ALTER TABLE accounts ADD COLUMN pin_errors INTEGER NOT NULL DEFAULT 0 CHECK (pin_errors >= 0);
ALTER TABLE accounts ADD COLUMN own_show INTEGER NOT NULL DEFAULT -1 CHECK (own_show >= -1);
ALTER TABLE accounts ADD COLUMN own_status TEXT;
ALTER TABLE accounts ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1));

CREATE UNIQUE INDEX accounts_default ON accounts (is_default) WHERE is_default = 1;

-- Accounts that were there before are told apart at once; the palette has eight colours.
UPDATE accounts SET colour = (id - 1) % 8;
