-- Sign-off: a decision may ask for it, a lead signs it or sends it back with a word. What was recorded
-- before this step asks for nothing. A sign-off is taken back like every other act; the newest that stands counts.
ALTER TABLE decision ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;
CREATE INDEX decision_asks ON decision (recorded) WHERE asks = 1 AND withdrawn = 0;

CREATE TABLE sign_off (
    entry BLOB PRIMARY KEY,
    decision BLOB NOT NULL,              -- the entry that is signed or sent back
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    signed INTEGER NOT NULL,             -- 0: sent back
    words TEXT NOT NULL DEFAULT '',
    withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX sign_off_decision ON sign_off (decision, recorded);
