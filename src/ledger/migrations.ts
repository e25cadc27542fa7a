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
  `
]
