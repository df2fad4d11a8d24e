-- What a verifier proved for each example of an evaluation; null where none was asked.

ALTER TABLE outcomes ADD COLUMN proof_statuses BLOB; -- uint8: 0 unknown, 1 verified, 2 falsified
ALTER TABLE outcomes ADD COLUMN proof_margins BLOB; -- float32
