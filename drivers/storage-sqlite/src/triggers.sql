-- Since schema version 2: what is polled, and from where.
CREATE TABLE trigger_row (
    tenant      TEXT    NOT NULL,
    workflow    TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    -- From when on it may be claimed. Null for one that is paused, or registered no more: that row keeps its fence.
    due_at      INTEGER,
    -- All of it, as JSON.
    row         TEXT    NOT NULL,
    PRIMARY KEY (tenant, workflow, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trigger_due ON trigger_row (due_at, workflow, id) WHERE due_at IS NOT NULL;
