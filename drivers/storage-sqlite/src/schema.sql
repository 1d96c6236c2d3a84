-- The tables of schema version 1. Times are microseconds since 1970, identifiers and digests raw bytes.

-- One row: the identity of this copy of the data.
CREATE TABLE store (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Raised when a copy takes over from another one.
    generation  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE execution (
    -- Known to the writer only, and short: the journal's index holds one for each entry.
    n           INTEGER NOT NULL PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    tenant      TEXT    NOT NULL,
    workflow    TEXT    NOT NULL,
    definition  BLOB    NOT NULL,
    plan        BLOB    NOT NULL,
    input       BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    holder      TEXT,
    lease_until INTEGER,
    wake_at     INTEGER,
    waiting_for TEXT,
    finished_at INTEGER,
    last_commit BLOB,
    -- Requests accepted so far.
    requests    INTEGER NOT NULL,
    -- From when on it may be claimed.
    due_at      INTEGER GENERATED ALWAYS AS (coalesce(lease_until, wake_at)) VIRTUAL
) STRICT;

-- The durable queue.
CREATE INDEX execution_due ON execution (due_at, id) WHERE due_at IS NOT NULL;
-- Lists, newest first.
CREATE INDEX execution_of_tenant ON execution (tenant, id);
CREATE INDEX execution_of_workflow ON execution (tenant, workflow, id);
CREATE INDEX execution_of_status ON execution (tenant, status, id);

-- Entries stand in the order in which they were written, whichever execution they are of: a transaction with entries of many
-- executions writes few pages, and the index that finds them is small. Clustered by execution instead, each would write a
-- page of its own, four times as many in all. No foreign key: its check would look up the execution once for each entry,
-- which the writer has just read.
CREATE TABLE journal (
    execution   INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    entry       TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_of_execution ON journal (execution, seq);

CREATE TABLE inbox (
    execution   INTEGER NOT NULL REFERENCES execution (n),
    request     BLOB    NOT NULL,
    position    INTEGER NOT NULL,
    -- Null when it was dealt with; the row stays so that the same request is not accepted again.
    body        TEXT,
    PRIMARY KEY (execution, request)
) STRICT, WITHOUT ROWID;

-- No foreign key: every new execution would look through all keys for one that is waiting for it.
CREATE TABLE start_key (
    tenant      TEXT    NOT NULL,
    workflow    TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    execution   BLOB    NOT NULL,
    input       BLOB    NOT NULL,
    PRIMARY KEY (tenant, workflow, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow (
    tenant      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    digest      BLOB    NOT NULL,
    stored_at   INTEGER NOT NULL,
    definition  TEXT    NOT NULL,
    PRIMARY KEY (tenant, id, version)
) STRICT;
CREATE UNIQUE INDEX workflow_by_digest ON workflow (tenant, digest);
