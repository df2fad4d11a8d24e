-- What was asked for (studies, runs, stages) and what came of it (attempts, metrics, outcomes, files).
-- Times are Unix milliseconds. Ids are of this database only; keys are sha256 in hexadecimal, the same everywhere.

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  yaml TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  UNIQUE (name, yaml)
) STRICT;

CREATE TABLE stages (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
  kind TEXT NOT NULL CHECK (kind IN ('import', 'pretrain', 'prune', 'finetune', 'evaluate')),
  label TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'interrupted')
  ),
  work REAL NOT NULL,
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  ended_at INTEGER,
  attempt_id INTEGER -- the latest
) STRICT;
CREATE INDEX stages_by_state ON stages (state);

-- One canonical JSON text per stage, apart from the stages so that scans of states stay short.
CREATE TABLE recipes (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  text TEXT NOT NULL CHECK (json_valid(text))
) STRICT;

CREATE TABLE stage_inputs (
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  input_id INTEGER NOT NULL REFERENCES stages (id),
  PRIMARY KEY (stage_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX stage_inputs_by_input ON stage_inputs (input_id);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
  name TEXT NOT NULL,
  seed INTEGER NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE run_stages (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  stage_id INTEGER NOT NULL REFERENCES stages (id),
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_stages_by_stage ON run_stages (stage_id);

CREATE TABLE study_runs (
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  PRIMARY KEY (study_id, position),
  UNIQUE (study_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_runs_by_run ON study_runs (run_id);

-- Follows from study_runs and run_stages; kept because the queue asks it all the time.
CREATE TABLE study_stages (
  study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  stage_id INTEGER NOT NULL REFERENCES stages (id),
  PRIMARY KEY (study_id, stage_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_stages_by_stage ON study_stages (stage_id);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: a late message must not meet another attempt
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (
    state IN ('running', 'stopping', 'done', 'failed', 'cancelled', 'interrupted')
  ),
  slot TEXT NOT NULL,
  device TEXT NOT NULL,
  host_pid INTEGER NOT NULL,
  worker_pid INTEGER,
  environment TEXT CHECK (environment IS NULL OR json_valid(environment)),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_kind TEXT,
  end_message TEXT,
  end_remedy TEXT,
  resumed_from_step INTEGER,
  through_seq INTEGER NOT NULL DEFAULT 0,
  progress_done REAL,
  progress_total REAL,
  progress_unit TEXT,
  progress_note TEXT,
  progress_at INTEGER,
  progress_first_done REAL,
  progress_first_at INTEGER
) STRICT;
CREATE INDEX attempts_by_stage ON attempts (stage_id);
CREATE INDEX attempts_by_start ON attempts (started_at);

CREATE TABLE leases (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id),
  attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts (id),
  host_pid INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE checkpoints (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  step INTEGER NOT NULL
) STRICT;

CREATE TABLE artifacts (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  folder TEXT NOT NULL,
  file TEXT,
  sha256 TEXT,
  bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE metric_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Pieces of series: int32 steps and float64 values, little-endian. Chunks hold some thousand points;
-- the tail holds what came since the last chunk, one row per batch.
CREATE TABLE metric_chunks (
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  count INTEGER NOT NULL,
  steps BLOB NOT NULL CHECK (length(steps) = 4 * count),
  "values" BLOB NOT NULL CHECK (length("values") = 8 * count),
  PRIMARY KEY (stage_id, metric_id, first_step)
) STRICT;

CREATE TABLE metric_tail (
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  count INTEGER NOT NULL,
  steps BLOB NOT NULL CHECK (length(steps) = 4 * count),
  "values" BLOB NOT NULL CHECK (length("values") = 8 * count),
  PRIMARY KEY (stage_id, metric_id, first_step)
) STRICT;

CREATE TABLE metric_summary (
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  count INTEGER NOT NULL,
  tail_count INTEGER NOT NULL,
  first REAL NOT NULL,
  last REAL NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  sum REAL NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  min_step INTEGER NOT NULL,
  max_step INTEGER NOT NULL,
  PRIMARY KEY (stage_id, metric_id)
) STRICT, WITHOUT ROWID;

-- One row per evaluation: typed arrays, one element per test example.
CREATE TABLE outcomes (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  examples BLOB NOT NULL, -- uint32
  labels BLOB NOT NULL, -- uint16
  clean_predictions BLOB NOT NULL, -- uint16
  attacked_predictions BLOB NOT NULL, -- uint16
  survived BLOB NOT NULL, -- uint8
  distances BLOB NOT NULL -- float32
) STRICT;
