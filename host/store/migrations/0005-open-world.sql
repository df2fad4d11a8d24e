-- What the open world showed of each input of an evaluation, and what detectors thought of it.

CREATE TABLE open_world_outcomes (
  stage_id INTEGER PRIMARY KEY REFERENCES stages (id) ON DELETE CASCADE,
  targets BLOB NOT NULL, -- uint16: the class that the attack aimed at
  confidences BLOB NOT NULL -- float32: largest softmax at the witness
) STRICT;

CREATE TABLE detector_scores (
  stage_id INTEGER NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  detector TEXT NOT NULL,
  threshold REAL NOT NULL, -- a score at or above it is accepted
  scores BLOB NOT NULL, -- float64: higher is more in-distribution
  PRIMARY KEY (stage_id, detector)
) STRICT;
