-- A line that stood in an earlier batch is not written again: a batch lists its own lines, and in runs
-- those that it shares with another, by where they are written. ``batch_row`` is every line of every batch.
ALTER TABLE batch_row RENAME TO batch_line;

CREATE TABLE batch_run (
    batch_id INTEGER NOT NULL,
    line INTEGER NOT NULL,               -- the first of the run
    count INTEGER NOT NULL,              -- at most 64: app.storage.batches.line_runs.LONGEST
    from_batch INTEGER NOT NULL,         -- where these lines are written, under the numbers from
    from_line INTEGER NOT NULL,
    PRIMARY KEY (batch_id, line)
) WITHOUT ROWID;
CREATE INDEX batch_run_from ON batch_run (from_batch, from_line);

CREATE VIEW batch_row AS
    SELECT batch_id, line, row_id, key, record_id, outcome FROM batch_line
    UNION ALL
    SELECT u.batch_id, u.line + o.line - u.from_line, o.row_id, o.key, o.record_id, o.outcome
    FROM batch_line AS o JOIN batch_run AS u ON u.from_batch = o.batch_id
        AND o.line >= u.from_line AND o.line < u.from_line + u.count
        AND u.from_line <= o.line AND u.from_line > o.line - 64;
