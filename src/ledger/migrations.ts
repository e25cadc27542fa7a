/**
 * The ledger's tables, as numbered steps that only go forward: `user_version` of the file is the number of
 * steps taken. A step that has been released is never edited.
 *
 * Times are integers: milliseconds since 1970, UTC.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE operations (
    sequence           INTEGER PRIMARY KEY,
    operation_id       TEXT    NOT NULL UNIQUE,
    event_id           TEXT,
    entity_type        TEXT    NOT NULL,
    odoo_model         TEXT    NOT NULL,
    odoo_id            INTEGER NOT NULL,
    entity_id          INTEGER,
    action_type        TEXT    NOT NULL,
    source             TEXT    NOT NULL,
    source_payload     TEXT,
    payload_hash       TEXT    NOT NULL,
    event_id_reused    INTEGER NOT NULL DEFAULT 0,
    received_at        INTEGER NOT NULL,
    source_timestamp   INTEGER NOT NULL,
    status             TEXT    NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'success', 'failed')),
    outcome            TEXT,
    result_data        TEXT,
    error_message      TEXT,
    error_kind         TEXT,
    error_field        TEXT,
    attempts           INTEGER NOT NULL DEFAULT 0,
    next_attempt_at    INTEGER NOT NULL DEFAULT 0,
    waited_ms          INTEGER NOT NULL DEFAULT 0,
    forced             INTEGER NOT NULL DEFAULT 0,
    superseded_by      TEXT,
    progress           TEXT,
    processing_time_ms INTEGER,
    date_add           INTEGER NOT NULL,
    date_upd           INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX operations_event   ON operations (event_id, payload_hash, sequence) WHERE event_id IS NOT NULL;
  CREATE INDEX operations_payload ON operations (payload_hash, sequence) WHERE event_id IS NULL;
  CREATE INDEX operations_open    ON operations (entity_type, odoo_model, odoo_id, source_timestamp, sequence)
    WHERE status IN ('pending', 'processing');
  CREATE INDEX operations_deleted ON operations (entity_type, odoo_model, odoo_id, source_timestamp)
    WHERE action_type = 'deleted';
  CREATE INDEX operations_cart    ON operations (json_extract(progress, '$.id_cart')) WHERE progress IS NOT NULL;
  CREATE INDEX operations_ended   ON operations (date_upd) WHERE status = 'success';

  -- One row per record with open operations: when its first one is due. The worker's queue.
  CREATE TABLE lanes (
    entity_type TEXT    NOT NULL,
    odoo_model  TEXT    NOT NULL,
    odoo_id     INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    PRIMARY KEY (entity_type, odoo_model, odoo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lanes_due ON lanes (due_at);

  CREATE TABLE bindings (
    entity_type TEXT    NOT NULL,
    odoo_model  TEXT    NOT NULL,
    odoo_id     INTEGER NOT NULL,
    shop_id     INTEGER NOT NULL,
    -- The record's own date_add, in shop time: another one under this id is another record.
    record_date TEXT,
    date_add    INTEGER NOT NULL,
    PRIMARY KEY (entity_type, odoo_model, odoo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX bindings_shop ON bindings (entity_type, odoo_model, shop_id);

  -- The value that Odoo is known to hold, as a keyed hash: no personal data; plain only for counters.
  CREATE TABLE known_values (
    entity_type  TEXT    NOT NULL,
    shop_id      INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    value_hash   BLOB    NOT NULL,
    value        TEXT,
    source_time  INTEGER NOT NULL,
    operation_id TEXT    NOT NULL,
    PRIMARY KEY (entity_type, shop_id, field)
  ) STRICT, WITHOUT ROWID;

  -- Whose change a record's date_upd stands for: ours, or somebody else's in the shop (shop time, as the shop wrote it).
  CREATE TABLE record_dates (
    entity_type      TEXT    NOT NULL,
    shop_id          INTEGER NOT NULL,
    own_date_upd     TEXT,
    foreign_date_upd TEXT,
    -- Fields that differed from what Odoo is known to hold before our last write, separated by blanks.
    foreign_fields   TEXT    NOT NULL,
    PRIMARY KEY (entity_type, shop_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Our own writes to the shop, so that what the shop tells of them is known for an echo, also after a crash.
  CREATE TABLE own_writes (
    sequence      INTEGER PRIMARY KEY,
    operation_id  TEXT    NOT NULL,
    entity_type   TEXT    NOT NULL,
    -- NULL while a creation has not told its id.
    shop_id       INTEGER,
    -- Hash of what names a creation before its id is known.
    creation_key  BLOB,
    action        TEXT    NOT NULL CHECK (action IN ('created', 'updated', 'deleted')),
    state         TEXT    NOT NULL CHECK (state IN ('writing', 'unknown', 'done')),
    -- JSON, field to hash: what is written, and the record as it was read before.
    fields        TEXT    NOT NULL,
    as_read       TEXT    NOT NULL,
    -- The date_upd of the record as it was read, in shop time.
    read_date_upd TEXT,
    -- Whether nothing had changed since our own write before.
    is_sequel     INTEGER NOT NULL,
    -- Whether the poller had seen the record as it was read.
    is_polled     INTEGER NOT NULL,
    -- The record's date_upd after the write, in shop time.
    date_upd      TEXT,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER
  ) STRICT;
  CREATE INDEX own_writes_record    ON own_writes (entity_type, shop_id, sequence);
  CREATE INDEX own_writes_operation ON own_writes (operation_id);
  CREATE INDEX own_writes_nameless  ON own_writes (entity_type, creation_key) WHERE shop_id IS NULL;
  CREATE INDEX own_writes_done      ON own_writes (ended_at) WHERE state = 'done';

  -- What the outgoing side has seen of a record beside its synced fields.
  CREATE TABLE seen_records (
    entity_type   TEXT    NOT NULL,
    shop_id       INTEGER NOT NULL,
    -- JSON, field to hash: fields that Odoo was told of, but cannot change.
    told          TEXT    NOT NULL,
    -- The latest time in the shop that an event of the record told, as milliseconds of its own clock.
    last_event_at INTEGER,
    PRIMARY KEY (entity_type, shop_id)
  ) STRICT, WITHOUT ROWID;

  -- Verdicts about events that may come again.
  CREATE TABLE verdicts (
    event_hash BLOB    PRIMARY KEY,
    verdict    TEXT    NOT NULL,
    date_add   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX verdicts_age ON verdicts (date_add);

  CREATE TABLE outbox (
    sequence        INTEGER PRIMARY KEY,
    outbox_id       TEXT    NOT NULL UNIQUE,
    entity_type     TEXT    NOT NULL,
    entity_id       INTEGER NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('relay', 'poll', 'conflict')),
    event           TEXT,
    -- held: to be read afresh in the shop before anything is sent.
    status          TEXT    NOT NULL CHECK (status IN ('held', 'pending', 'delivered', 'suppressed', 'failed')),
    reason          TEXT,
    -- Synced fields of which it set the known values, separated by blanks.
    fields          TEXT    NOT NULL,
    -- The last of our own writes to the record when it was judged.
    own_write       INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    error_message   TEXT,
    date_add        INTEGER NOT NULL,
    date_upd        INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_open   ON outbox (sequence) WHERE status IN ('held', 'pending');
  CREATE INDEX outbox_due    ON outbox (next_attempt_at) WHERE status IN ('held', 'pending');
  CREATE INDEX outbox_record ON outbox (entity_type, entity_id, sequence) WHERE status IN ('held', 'pending');
  CREATE INDEX outbox_ended  ON outbox (date_upd) WHERE status IN ('delivered', 'suppressed');
  CREATE INDEX outbox_status ON outbox (status, sequence);

  -- How far the poller has read, and what it has seen of rows that have no date of change.
  CREATE TABLE cursors (
    resource TEXT PRIMARY KEY,
    position TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE polled_rows (
    resource TEXT    NOT NULL,
    id       INTEGER NOT NULL,
    digest   BLOB    NOT NULL,
    date_add INTEGER NOT NULL,
    PRIMARY KEY (resource, id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Few rows: what failed is found without reading all that succeeded.
  CREATE INDEX operations_failed ON operations (sequence) WHERE status = 'failed';
  `,
  `
  -- What became of each signed webhook the first time its webhook-id came.
  CREATE TABLE deliveries (
    webhook_id   TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    payload_hash TEXT    NOT NULL,
    operation_id TEXT    NOT NULL REFERENCES operations (operation_id) ON DELETE CASCADE,
    PRIMARY KEY (webhook_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_operation ON deliveries (operation_id);

  CREATE TABLE sessions (
    session_hash TEXT    PRIMARY KEY,
    expires_at   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- A record that hears several webhooks in a row is worked on when it has become quiet.
  ALTER TABLE lanes ADD COLUMN quiet_since INTEGER;
  ALTER TABLE lanes ADD COLUMN quiet_until INTEGER;

  -- What Odoo's native webhooks last told about records that make one record of the shop together, or whose last
  -- state counts: a JSON object of { field: [value, when it was told] }. No personal data.
  CREATE TABLE odoo_values (
    odoo_model TEXT    NOT NULL,
    odoo_id    INTEGER NOT NULL,
    -- The record it is a part of, such as the program of a loyalty.card; 0 = none.
    parent_id  INTEGER NOT NULL,
    -- By what other records name it, such as the order name in a picking's origin; '' = nothing.
    name       TEXT    NOT NULL,
    fields     TEXT    NOT NULL,
    date_upd   INTEGER NOT NULL,
    PRIMARY KEY (odoo_model, odoo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX odoo_values_parent ON odoo_values (parent_id, odoo_model);
  CREATE INDEX odoo_values_name   ON odoo_values (name, odoo_model) WHERE name <> '';
  `,
  `
  -- Each time an operation was worked on; written when the attempt ends, in the same transaction.
  CREATE TABLE attempts (
    operation     INTEGER NOT NULL REFERENCES operations (sequence) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    -- NULL: the program ended meanwhile.
    ms            INTEGER,
    result        TEXT    NOT NULL,
    outcome       TEXT,
    error_message TEXT,
    error_kind    TEXT,
    error_field   TEXT,
    -- The operation that it was written together with: the calls are noted there.
    together_with TEXT,
    PRIMARY KEY (operation, number)
  ) STRICT, WITHOUT ROWID;

  -- What the shop was asked for an operation; no values.
  CREATE TABLE shop_calls (
    operation  INTEGER NOT NULL REFERENCES operations (sequence) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    attempt    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    method     TEXT    NOT NULL,
    resource   TEXT    NOT NULL,
    id         INTEGER,
    -- NULL: no answer.
    status     INTEGER,
    ms         INTEGER NOT NULL,
    error_kind TEXT,
    PRIMARY KEY (operation, number)
  ) STRICT, WITHOUT ROWID;

  -- What an operation is found by, as a keyed hash: its ids in both systems, and the email, reference or code in its payload.
  CREATE TABLE search_terms (
    hash      BLOB    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (sequence) ON DELETE CASCADE,
    PRIMARY KEY (hash, operation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX search_terms_operation ON search_terms (operation);

  -- Lists, newest first, of operations in one state and of one entity: see STATE in listing.ts.
  CREATE INDEX operations_listed
    ON operations (CASE status WHEN 'success' THEN coalesce(outcome, status) ELSE status END, entity_type, received_at);

  -- How many operations have ended, by state and entity: counting a million rows would hold up webhooks.
  CREATE TABLE operation_counts (
    state       TEXT    NOT NULL,
    entity_type TEXT    NOT NULL,
    operations  INTEGER NOT NULL,
    PRIMARY KEY (state, entity_type)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO operation_counts
    SELECT CASE status WHEN 'success' THEN coalesce(outcome, status) ELSE status END AS state, entity_type, count(*)
    FROM operations WHERE status IN ('success', 'failed') GROUP BY 1, 2;

  CREATE TRIGGER operations_ended_counted AFTER UPDATE OF status ON operations WHEN new.status IN ('success', 'failed')
  BEGIN
    INSERT INTO operation_counts
      VALUES (CASE new.status WHEN 'success' THEN coalesce(new.outcome, new.status) ELSE new.status END, new.entity_type, 1)
      ON CONFLICT DO UPDATE SET operations = operations + 1;
  END;
  CREATE TRIGGER operations_reopened_counted AFTER UPDATE OF status ON operations WHEN old.status IN ('success', 'failed')
  BEGIN
    UPDATE operation_counts SET operations = operations - 1
      WHERE state = CASE old.status WHEN 'success' THEN coalesce(old.outcome, old.status) ELSE old.status END
        AND entity_type = old.entity_type;
  END;
  CREATE TRIGGER operations_removed_counted AFTER DELETE ON operations WHEN old.status IN ('success', 'failed')
  BEGIN
    UPDATE operation_counts SET operations = operations - 1
      WHERE state = CASE old.status WHEN 'success' THEN coalesce(old.outcome, old.status) ELSE old.status END
        AND entity_type = old.entity_type;
  END;

  -- What happened in each minute of the last hours; the latency of what ended in coarse steps.
  CREATE TABLE minutes (
    minute     INTEGER NOT NULL,
    event      TEXT    NOT NULL CHECK (event IN ('received', 'success', 'failed')),
    latency_ms INTEGER NOT NULL,
    operations INTEGER NOT NULL,
    PRIMARY KEY (minute, event, latency_ms)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The retention finds what still has its payload without reading all that has lost it.
  CREATE INDEX operations_payloads ON operations (date_upd) WHERE status = 'success' AND source_payload IS NOT NULL;
  `,
  `
  -- What events handed to Odoo, and what it held before: it goes on telling of that until they have reached it.
  CREATE TABLE tells (
    entity_type  TEXT    NOT NULL,
    shop_id      INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    outbox_id    TEXT    NOT NULL,
    told_hash    BLOB    NOT NULL,
    -- The known value that it replaced; NULL when there was none, or the same.
    value_hash   BLOB,
    value        TEXT,
    source_time  INTEGER,
    operation_id TEXT,
    delivered_at INTEGER,
    PRIMARY KEY (entity_type, shop_id, field, outbox_id, told_hash)
  ) STRICT;
  CREATE INDEX tells_outbox    ON tells (outbox_id);
  CREATE INDEX tells_delivered ON tells (delivered_at) WHERE delivered_at IS NOT NULL;

  -- Whether Odoo may have taken an event of which it has not said so.
  ALTER TABLE outbox ADD COLUMN is_sent INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Whether Odoo was told for sure: an event that was taken back may have reached it all the same, or not.
  ALTER TABLE tells ADD COLUMN is_sure INTEGER NOT NULL DEFAULT 1;
  `,
  `
  -- Whether the source time is that of an event about other fields, which came before the one that tells of this value.
  ALTER TABLE known_values ADD COLUMN is_carried INTEGER NOT NULL DEFAULT 0;

  -- Whether an event has told what a write wrote: it has been made, whatever its answer.
  ALTER TABLE own_writes ADD COLUMN is_seen INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- A number is given once: an attempt that replaces an earlier one is a later write than all that was told before it.
  CREATE TABLE numbered_writes (
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id  TEXT    NOT NULL,
    entity_type   TEXT    NOT NULL,
    shop_id       INTEGER,
    creation_key  BLOB,
    action        TEXT    NOT NULL CHECK (action IN ('created', 'updated', 'deleted')),
    state         TEXT    NOT NULL CHECK (state IN ('writing', 'unknown', 'done')),
    fields        TEXT    NOT NULL,
    as_read       TEXT    NOT NULL,
    read_date_upd TEXT,
    is_sequel     INTEGER NOT NULL,
    is_polled     INTEGER NOT NULL,
    date_upd      TEXT,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    is_seen       INTEGER NOT NULL DEFAULT 0,
    -- JSON, field to milliseconds: when Odoo came to hold what is written.
    source_times  TEXT    NOT NULL DEFAULT '{}'
  ) STRICT;
  INSERT INTO numbered_writes SELECT *, '{}' FROM own_writes;
  -- Events may hold the number of a write that was taken back.
  INSERT INTO sqlite_sequence (name, seq) SELECT 'numbered_writes', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'numbered_writes');
  UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(own_write), 0) FROM outbox)) WHERE name = 'numbered_writes';
  DROP TABLE own_writes;
  ALTER TABLE numbered_writes RENAME TO own_writes;
  CREATE INDEX own_writes_record    ON own_writes (entity_type, shop_id, sequence);
  CREATE INDEX own_writes_operation ON own_writes (operation_id);
  CREATE INDEX own_writes_nameless  ON own_writes (entity_type, creation_key) WHERE shop_id IS NULL;
  CREATE INDEX own_writes_done      ON own_writes (ended_at) WHERE state = 'done';
  `
]
