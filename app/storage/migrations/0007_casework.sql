-- Casework: contacts with whom, what comes next and pictures, taken back where wrong; follow-ups moved to
-- another day; plans; and what is being written on this PC.

DROP VIEW desk;

-- A contact that was noted wrongly (on another child) is taken back; ``contact`` is what stands.
ALTER TABLE contact RENAME TO contact_noted;
ALTER TABLE contact_noted ADD COLUMN whom TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_noted ADD COLUMN step TEXT NOT NULL DEFAULT '';      -- what comes next, in words
ALTER TABLE contact_noted ADD COLUMN ref TEXT;
ALTER TABLE contact_noted ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX contact_ref ON contact_noted (ref) WHERE ref IS NOT NULL;
CREATE VIEW contact AS
SELECT entry, person_id, author, recorded, kind, result, seen, day, words, next, whom, step
FROM contact_noted WHERE withdrawn = 0;

-- Photographs and scans: the bytes once, under their digest; contacts name digests.
CREATE TABLE picture (
    digest BLOB PRIMARY KEY,             -- SHA-256 of the bytes
    bytes BLOB NOT NULL
);
CREATE TABLE attachment (
    entry BLOB NOT NULL,                 -- the contact's
    place INTEGER NOT NULL,              -- counts from 1
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,                  -- app.domain.pictures.KINDS
    size INTEGER NOT NULL,
    PRIMARY KEY (entry, place)
) WITHOUT ROWID;
CREATE INDEX attachment_digest ON attachment (digest);

-- The next date moved to another day, with the reason.
CREATE TABLE follow_up_moved (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    before TEXT,
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX follow_up_moved_person ON follow_up_moved (person_id, recorded);

-- サポートプラン: each version is an entry of its own.
CREATE TABLE plan (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    content TEXT NOT NULL,               -- JSON, app.domain.plans
    ref TEXT UNIQUE,
    withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX plan_person ON plan (person_id, recorded);

-- What somebody is writing about a child and has not recorded. This PC only, never sent, no entry.
CREATE TABLE draft (
    member TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    form TEXT NOT NULL,                  -- decision, contact, plan
    saved TEXT NOT NULL,                 -- UTC, ISO
    content TEXT NOT NULL,               -- JSON
    PRIMARY KEY (member, person_id, form)
) WITHOUT ROWID;

-- What the caseload shows of each child that somebody has worked with. ``decided`` is the time of the last
-- decision. What was agreed last counts: the decision's review, moved or not, and the next date of a contact
-- noted after it. A contact that reached somebody on such a day or later has done it; one that reached nobody has not.
CREATE VIEW desk (
    person_id, last_contact, last_contact_kind, last_seen, next_day, next_kind, last_decision, decided
) AS
WITH last_decisions AS (
    SELECT person_id, kind, next, recorded,
        row_number() OVER (PARTITION BY person_id ORDER BY recorded DESC, entry DESC) AS place
    FROM decision WHERE withdrawn = 0
), last_contacts AS (
    SELECT person_id, kind, day,
        max(CASE WHEN seen THEN day END) OVER (PARTITION BY person_id) AS last_seen,
        row_number() OVER (PARTITION BY person_id ORDER BY day DESC, recorded DESC, entry DESC) AS place
    FROM contact
), last_moves AS (
    SELECT person_id, day, recorded,
        row_number() OVER (PARTITION BY person_id ORDER BY recorded DESC, entry DESC) AS place
    FROM follow_up_moved WHERE withdrawn = 0
), persons AS (
    SELECT person_id FROM decision UNION SELECT person_id FROM contact UNION SELECT person_id FROM follow_up_moved
), acts AS (
    SELECT p.person_id, c.day, c.kind AS contact, c.last_seen, d.kind AS decision, d.recorded AS decided,
        CASE WHEN m.recorded > coalesce(d.recorded, '') THEN m.day ELSE d.next END AS review,
        max(coalesce(d.recorded, ''), coalesce(m.recorded, '')) AS since
    FROM persons AS p
    LEFT JOIN last_decisions AS d ON d.person_id = p.person_id AND d.place = 1
    LEFT JOIN last_contacts AS c ON c.person_id = p.person_id AND c.place = 1
    LEFT JOIN last_moves AS m ON m.person_id = p.person_id AND m.place = 1
), due AS (
    SELECT a.person_id, a.day, a.contact, a.last_seen, a.decision, a.decided,
        CASE WHEN NOT EXISTS (SELECT 1 FROM contact AS y WHERE y.person_id = a.person_id AND y.day >= a.review
            AND y.recorded > a.since AND y.result IN ('met', 'guardian_only')) THEN a.review END AS review,
        (SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM contact AS y WHERE y.person_id = x.person_id AND y.day >= x.next
            AND y.recorded > x.recorded AND y.result IN ('met', 'guardian_only')) THEN x.next END
         FROM contact AS x WHERE x.person_id = a.person_id AND x.recorded > a.since AND x.next IS NOT NULL
         ORDER BY x.recorded DESC, x.entry DESC LIMIT 1) AS agreed
    FROM acts AS a
)
SELECT person_id, day, contact, last_seen,
    CASE WHEN agreed < coalesce(review, '9999') THEN agreed ELSE review END,
    CASE WHEN agreed < coalesce(review, '9999') THEN 'contact' WHEN review IS NOT NULL THEN coalesce(decision, 'contact')
    END,
    decision, decided
FROM due;
