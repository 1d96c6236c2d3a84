-- The tables of schema version 1, in a schema of their own that the connection's search path names. Times are microseconds
-- since 1970; texts compare byte by byte, whatever the database's collation.

-- One row: the identity of this copy of the data.
CREATE TABLE store (
    id          smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Raised when a copy takes over from another one.
    generation  bigint   NOT NULL,
    created_at  bigint   NOT NULL
);

-- Which copy of the data it is, as it stands when it is asked for: a statement that has waited for a row has an older view.
CREATE FUNCTION store_generation() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
    AS 'SELECT generation FROM store';

-- The time that everything here is decided by: the server's, not that of the many processes that use it.
CREATE FUNCTION now_micros() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
    AS 'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint';

CREATE TABLE execution (
    id          uuid     NOT NULL PRIMARY KEY,
    tenant      text     COLLATE "C" NOT NULL,
    workflow    text     COLLATE "C" NOT NULL,
    definition  bytea    NOT NULL,
    plan        bytea    NOT NULL,
    input       bytea    NOT NULL,
    created_at  bigint   NOT NULL,
    status      text     COLLATE "C" NOT NULL,
    seq         bigint   NOT NULL,
    fence       bigint   NOT NULL,
    holder      text     COLLATE "C",
    lease_until bigint,
    wake_at     bigint,
    waiting_for text     COLLATE "C",
    finished_at bigint,
    last_commit uuid,
    -- Requests accepted so far.
    requests    bigint   NOT NULL,
    -- The last entry's place in the chain of the journal.
    chain       bytea    NOT NULL,
    -- Claims since something last came of one.
    claims      bigint   NOT NULL,
    -- From when on it may be claimed.
    due_at      bigint   GENERATED ALWAYS AS (coalesce(lease_until, wake_at)) STORED
) WITH (
    -- A step of an execution that goes on changes no index: with room in the page its new row needs no new entries.
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.05
);

-- The durable queue.
CREATE INDEX execution_due ON execution (due_at, id) WHERE due_at IS NOT NULL;
-- Lists, newest first.
CREATE INDEX execution_of_tenant ON execution (tenant, id);
CREATE INDEX execution_of_workflow ON execution (tenant, workflow, id);
CREATE INDEX execution_of_status ON execution (tenant, status, id);

-- In parts by the month in which the execution was made, which is what its id begins with: a journal lies in one part, so
-- that the key is unique in all of them, and a part may go as a whole when all its executions have ended.
CREATE TABLE journal (
    execution   uuid     NOT NULL,
    seq         bigint   NOT NULL,
    fence       bigint   NOT NULL,
    recorded_at bigint   NOT NULL,
    entry       text     COLLATE "C" NOT NULL,
    -- Its place in the chain of the journal.
    chain       bytea    NOT NULL,
    PRIMARY KEY (execution, seq)
) PARTITION BY RANGE (execution);

-- What no month takes: nothing that is written is ever without a place.
CREATE TABLE journal_other PARTITION OF journal DEFAULT;

CREATE TABLE inbox (
    execution   uuid     NOT NULL,
    request     uuid     NOT NULL,
    position    bigint   NOT NULL,
    -- Null when it was dealt with; the row stays so that the same request is not accepted again.
    body        text     COLLATE "C",
    PRIMARY KEY (execution, request)
);

CREATE TABLE start_key (
    tenant      text     COLLATE "C" NOT NULL,
    workflow    text     COLLATE "C" NOT NULL,
    -- Bytes: a caller's key may hold what a text here cannot.
    key         bytea    NOT NULL,
    execution   uuid     NOT NULL,
    input       bytea    NOT NULL,
    PRIMARY KEY (tenant, workflow, key)
);

CREATE TABLE workflow (
    tenant      text     COLLATE "C" NOT NULL,
    id          text     COLLATE "C" NOT NULL,
    version     bigint   NOT NULL,
    digest      bytea    NOT NULL,
    stored_at   bigint   NOT NULL,
    definition  text     COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, id, version)
);
CREATE UNIQUE INDEX workflow_by_digest ON workflow (tenant, digest);

-- What is polled, and from where.
CREATE TABLE trigger_row (
    tenant      text     COLLATE "C" NOT NULL,
    workflow    text     COLLATE "C" NOT NULL,
    id          text     COLLATE "C" NOT NULL,
    -- From when on it may be claimed. Null for one that is paused, or registered no more: that row keeps its fence.
    due_at      bigint,
    -- All of it, as JSON.
    "row"       text     COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, workflow, id)
);
CREATE INDEX trigger_due ON trigger_row (due_at, tenant, workflow, id) WHERE due_at IS NOT NULL;

INSERT INTO store (id, generation, created_at) VALUES (1, 1, now_micros());
