-- What the farm keeps beside the experiments: who runs this workspace, in which order, and what was said meanwhile.

ALTER TABLE studies ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stages ADD COLUMN retry_count INTEGER NOT NULL DEFAULT 0;

CREATE TABLE log_lines (
  id INTEGER PRIMARY KEY,
  attempt_id INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  text TEXT NOT NULL
) STRICT;
CREATE INDEX log_lines_by_attempt ON log_lines (attempt_id);

CREATE TABLE host_claim (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE farm (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT;
INSERT INTO farm (id, paused) VALUES (1, 0);
