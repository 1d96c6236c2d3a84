-- Since schema version 3: each entry's place in the chain of its journal, and of each execution the last one.
ALTER TABLE journal ADD COLUMN chain BLOB NOT NULL DEFAULT x'';
ALTER TABLE execution ADD COLUMN chain BLOB NOT NULL DEFAULT x'';
-- Since schema version 3: claims since something last came of one.
ALTER TABLE execution ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;
