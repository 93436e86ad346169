-- How good the links are is checked by hand, and the model that weighs them can be the office's own.

-- The models that a lead took over; the newest one is in force.
CREATE TABLE link_model (
    entry BLOB PRIMARY KEY,
    model TEXT NOT NULL,                 -- digest of its numbers, as link results name it
    own INTEGER NOT NULL,                -- 0: back to the one that the program ships
    text TEXT NOT NULL,                  -- the model file; '' for the shipped one
    author TEXT NOT NULL,
    taken TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;

-- Links of the machine drawn by lot, to be checked without seeing their scores.
CREATE TABLE link_sample (
    entry BLOB PRIMARY KEY,
    author TEXT NOT NULL,
    drawn TEXT NOT NULL,
    model TEXT NOT NULL,                 -- which had weighed them
    links INTEGER NOT NULL               -- how many there were to draw from
) WITHOUT ROWID;

CREATE TABLE link_sample_pair (
    sample BLOB NOT NULL,
    place INTEGER NOT NULL,              -- counts from 1, in the order of drawing
    a INTEGER NOT NULL,                  -- record ids: the linked one, and the one it is checked against
    b INTEGER NOT NULL,
    PRIMARY KEY (sample, place)
) WITHOUT ROWID;

-- What people found; of several answers about one pair the last one counts.
CREATE TABLE link_sample_answer (
    entry BLOB PRIMARY KEY,
    sample BLOB NOT NULL,
    place INTEGER NOT NULL,
    answer TEXT NOT NULL,                -- same, apart, unknown
    author TEXT NOT NULL,
    answered TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX link_sample_answer_pair ON link_sample_answer (sample, place, answered);
