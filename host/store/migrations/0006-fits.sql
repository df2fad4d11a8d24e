-- A stage may fit a detector. What a column may hold cannot be altered, so the table is made anew.

CREATE TABLE new_stages (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
  kind TEXT NOT NULL CHECK (kind IN ('import', 'pretrain', 'prune', 'finetune', 'fit', 'evaluate')),
  label TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'interrupted')
  ),
  work REAL NOT NULL,
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  ended_at INTEGER,
  attempt_id INTEGER, -- the latest
  retry_count INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO new_stages
  SELECT id, key, kind, label, state, work, created_at, queued_at, ended_at, attempt_id, retry_count FROM stages;
DROP TABLE stages;
ALTER TABLE new_stages RENAME TO stages;
CREATE INDEX stages_by_state ON stages (state);
