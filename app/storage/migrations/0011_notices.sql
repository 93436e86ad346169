-- 通告: what somebody told by telephone or letter about a child. The row of a child who stood in no
-- extract is kept like any other, in a batch of its own with the state 'noticed'.
CREATE TABLE notice (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    received TEXT NOT NULL,              -- when it came in: from here the 48 hours run
    day TEXT NOT NULL,                   -- the same as a day here
    form TEXT NOT NULL,                  -- JSON, app.domain.intake
    withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX notice_person ON notice (person_id);

-- Letters to families who are probably entitled and do not receive: sent, returned, answered.
CREATE TABLE letter (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    list TEXT NOT NULL,                  -- resources/outreach
    state TEXT NOT NULL,                 -- app.domain.outreach.STATES
    day TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    words TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX letter_person ON letter (person_id, list);
