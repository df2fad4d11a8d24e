-- Another engine gives other last digits, so a checkpoint says which one computed it. Older ones do not.

ALTER TABLE checkpoints ADD COLUMN engine TEXT;
