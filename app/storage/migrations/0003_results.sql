-- What each run showed: history, not derived, for a later program weighs with other criteria.
CREATE TABLE result (
    results INTEGER NOT NULL,            -- named by the entry of its run
    first INTEGER NOT NULL,              -- the smallest person_id in the block
    block BLOB NOT NULL,                 -- zlib of JSON: children in the order of their ids
    PRIMARY KEY (results, first)
) WITHOUT ROWID;

-- Who stood on the list of a run, and who was drawn from below it.
CREATE TABLE listed (
    results INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    how TEXT NOT NULL,                   -- list, sample
    place INTEGER NOT NULL,
    PRIMARY KEY (results, person_id)
) WITHOUT ROWID;
CREATE INDEX listed_person ON listed (person_id);
