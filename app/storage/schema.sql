-- Written by: python -m app.storage.migrations (do not edit; a test compares it)

CREATE TABLE access (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    author TEXT NOT NULL,
    person_id INTEGER NOT NULL,          -- 0 where no child is concerned
    what TEXT NOT NULL,
    previous BLOB NOT NULL,
    digest BLOB NOT NULL
);

CREATE INDEX access_person ON access (person_id, seq);

CREATE TABLE access_seal (
    seq INTEGER PRIMARY KEY,
    author TEXT NOT NULL,
    digest BLOB NOT NULL,
    signature BLOB NOT NULL
);

CREATE TRIGGER assignment_delete AFTER DELETE ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER assignment_insert AFTER INSERT ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;

CREATE TRIGGER assignment_update AFTER UPDATE ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;

CREATE TABLE assignment (
    person_id INTEGER PRIMARY KEY,
    member TEXT NOT NULL,                -- member.id
    entry BLOB NOT NULL
);

CREATE INDEX assignment_member ON assignment (member);

CREATE TABLE assignment_before (
    entry BLOB NOT NULL,
    person_id INTEGER NOT NULL,
    member TEXT NOT NULL,                -- member.id, '' for nobody
    PRIMARY KEY (entry, person_id)
) WITHOUT ROWID;

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

CREATE TABLE batch (
    batch_id INTEGER PRIMARY KEY AUTOINCREMENT,
    extract TEXT NOT NULL,
    file TEXT NOT NULL,
    as_of TEXT,
    received TEXT NOT NULL,
    state TEXT NOT NULL,                 -- staged, published, withdrawn
    rows INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    header TEXT NOT NULL,                -- JSON list: the columns as they stood in the file
    encoding TEXT NOT NULL,
    file_digest BLOB,                    -- keyed digest of the file's bytes
    merkle BLOB,
    covers_from TEXT,
    covers_to TEXT,
    entry BLOB
);

CREATE INDEX batch_extract ON batch (extract, as_of);

CREATE INDEX batch_file ON batch (file_digest);

CREATE TABLE "batch_line" (
    batch_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    key INTEGER,
    record_id INTEGER,
    outcome INTEGER NOT NULL,            -- 0 accepted, 2 rejected
    PRIMARY KEY (batch_id, line)
) WITHOUT ROWID;

CREATE INDEX batch_row_record ON "batch_line" (record_id);

CREATE INDEX batch_row_row ON "batch_line" (row_id);

CREATE VIEW batch_row AS
    SELECT batch_id, line, row_id, key, record_id, outcome FROM batch_line
    UNION ALL
    SELECT u.batch_id, u.line + o.line - u.from_line, o.row_id, o.key, o.record_id, o.outcome
    FROM batch_line AS o JOIN batch_run AS u ON u.from_batch = o.batch_id
        AND o.line >= u.from_line AND o.line < u.from_line + u.count
        AND u.from_line <= o.line AND u.from_line > o.line - 64;

CREATE TABLE batch_run (
    batch_id INTEGER NOT NULL,
    line INTEGER NOT NULL,               -- the first of the run
    count INTEGER NOT NULL,              -- at most 64: app.storage.batches.line_runs.LONGEST
    from_batch INTEGER NOT NULL,         -- where these lines are written, under the numbers from
    from_line INTEGER NOT NULL,
    PRIMARY KEY (batch_id, line)
) WITHOUT ROWID;

CREATE INDEX batch_run_from ON batch_run (from_batch, from_line);

CREATE TABLE carried (
    entry BLOB NOT NULL,                 -- the ruling's
    act BLOB NOT NULL,                   -- the decision's or contact's
    person_id INTEGER NOT NULL,          -- whose it was before
    PRIMARY KEY (entry, act)
) WITHOUT ROWID;

CREATE VIEW contact AS
SELECT entry, person_id, author, recorded, kind, result, seen, day, words, next, whom, step
FROM contact_noted WHERE withdrawn = 0;

CREATE TRIGGER contact_delete AFTER DELETE ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER contact_insert AFTER INSERT ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;

CREATE TRIGGER contact_update AFTER UPDATE ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;

CREATE TABLE "contact_noted" (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    seen INTEGER NOT NULL,
    day TEXT NOT NULL,
    words TEXT NOT NULL,
    next TEXT
, whom TEXT NOT NULL DEFAULT '', step TEXT NOT NULL DEFAULT '', ref TEXT, withdrawn INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE INDEX contact_person ON "contact_noted" (person_id, day);

CREATE UNIQUE INDEX contact_ref ON contact_noted (ref) WHERE ref IS NOT NULL;

CREATE TRIGGER decision_delete AFTER DELETE ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER decision_insert AFTER INSERT ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;

CREATE TRIGGER decision_update AFTER UPDATE ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;

CREATE TABLE decision (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    day TEXT NOT NULL,
    next TEXT,
    evidence TEXT NOT NULL,              -- JSON list of fact codes
    meeting TEXT NOT NULL,
    ref TEXT UNIQUE,
    on_screen TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0
, took_part TEXT NOT NULL DEFAULT '', asks INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE INDEX decision_asks ON decision (recorded) WHERE asks = 1 AND withdrawn = 0;

CREATE INDEX decision_person ON decision (person_id, recorded);

CREATE VIEW desk (
    person_id, last_contact, last_contact_kind, last_seen, next_day, next_kind, last_decision, decided
) AS
WITH persons AS (
    SELECT person_id FROM decision UNION SELECT person_id FROM contact_noted
    UNION SELECT person_id FROM follow_up_moved
), found AS (
    SELECT p.person_id,
        (SELECT x.entry FROM decision AS x WHERE x.person_id = p.person_id AND x.withdrawn = 0
         ORDER BY x.recorded DESC, x.entry DESC LIMIT 1) AS decision,
        (SELECT x.entry FROM contact AS x WHERE x.person_id = p.person_id
         ORDER BY x.day DESC, x.recorded DESC, x.entry DESC LIMIT 1) AS contact,
        (SELECT max(x.day) FROM contact AS x WHERE x.person_id = p.person_id AND x.seen) AS last_seen,
        (SELECT x.entry FROM follow_up_moved AS x WHERE x.person_id = p.person_id AND x.withdrawn = 0
         ORDER BY x.recorded DESC, x.entry DESC LIMIT 1) AS moved
    FROM persons AS p
), acts AS (
    SELECT f.person_id, c.day, c.kind AS contact, f.last_seen, d.kind AS decision, d.recorded AS decided,
        CASE WHEN m.recorded > coalesce(d.recorded, '') THEN m.day ELSE d.next END AS review,
        max(coalesce(d.recorded, ''), coalesce(m.recorded, '')) AS since
    FROM found AS f
    LEFT JOIN decision AS d ON d.entry = f.decision
    LEFT JOIN contact_noted AS c ON c.entry = f.contact
    LEFT JOIN follow_up_moved AS m ON m.entry = f.moved
    WHERE f.decision IS NOT NULL OR f.contact IS NOT NULL OR f.moved IS NOT NULL
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

CREATE TABLE desk_touched (place INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL);

CREATE TABLE draft (
    member TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    form TEXT NOT NULL,                  -- decision, contact, plan
    saved TEXT NOT NULL,                 -- UTC, ISO
    content TEXT NOT NULL,               -- JSON
    PRIMARY KEY (member, person_id, form)
) WITHOUT ROWID;

CREATE TABLE edge (
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    weight REAL NOT NULL,
    why TEXT NOT NULL,                   -- JSON
    state TEXT NOT NULL,                 -- linked, review, withdrawn
    PRIMARY KEY (a, b, run_id)
) WITHOUT ROWID;

CREATE INDEX edge_b ON edge (b, a);

CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,             -- UUIDv7, 16 bytes
    device TEXT NOT NULL,
    device_seq INTEGER NOT NULL,
    author TEXT NOT NULL,                -- member.id
    time TEXT NOT NULL,                  -- UTC, ISO, milliseconds
    kind TEXT NOT NULL,
    payload_digest BLOB NOT NULL,
    payload BLOB,                        -- canonical JSON, UTF-8
    previous BLOB NOT NULL,              -- digest of the entry before it on that device
    digest BLOB NOT NULL,
    signature BLOB NOT NULL,             -- Ed25519 of the author over the operation
    UNIQUE (device, device_seq)
);

CREATE INDEX entry_kind ON entry (kind, seq);

CREATE TRIGGER moved_delete AFTER DELETE ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER moved_insert AFTER INSERT ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;

CREATE TRIGGER moved_update AFTER UPDATE ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;

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

CREATE TABLE header (
    header_id INTEGER PRIMARY KEY,
    extract TEXT NOT NULL,
    columns TEXT NOT NULL,               -- JSON list
    UNIQUE (extract, columns)
);

CREATE TABLE here (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE known_file (
    batch_id INTEGER PRIMARY KEY,
    mark BLOB NOT NULL                   -- keyed digest of all that the reading of a line follows from
);

CREATE TABLE known_line (
    place INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    lines BLOB NOT NULL,                 -- app.storage.files.known_lines.LINE, in the order of lines
    UNIQUE (batch_id, part)
);

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

CREATE TABLE lifted_row (row_id INTEGER PRIMARY KEY, entry BLOB NOT NULL);

CREATE TABLE lifting (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    seen TEXT NOT NULL,                  -- JSON list: "row:<code>" or "entry:<id>"
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    done BLOB
) WITHOUT ROWID;

CREATE INDEX lifting_person ON lifting (person_id);

CREATE TABLE link_model (
    entry BLOB PRIMARY KEY,
    model TEXT NOT NULL,                 -- digest of its numbers, as link results name it
    own INTEGER NOT NULL,                -- 0: back to the one that the program ships
    text TEXT NOT NULL,                  -- the model file; '' for the shipped one
    author TEXT NOT NULL,
    taken TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE link_run (
    run_id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    merkle BLOB,
    entry BLOB                           -- NULL until published
);

CREATE TABLE link_sample (
    entry BLOB PRIMARY KEY,
    author TEXT NOT NULL,
    drawn TEXT NOT NULL,
    model TEXT NOT NULL,                 -- which had weighed them
    links INTEGER NOT NULL               -- how many there were to draw from
) WITHOUT ROWID;

CREATE TABLE link_sample_answer (
    entry BLOB PRIMARY KEY,
    sample BLOB NOT NULL,
    place INTEGER NOT NULL,
    answer TEXT NOT NULL,                -- same, apart, unknown
    author TEXT NOT NULL,
    answered TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX link_sample_answer_pair ON link_sample_answer (sample, place, answered);

CREATE TABLE link_sample_pair (
    sample BLOB NOT NULL,
    place INTEGER NOT NULL,              -- counts from 1, in the order of drawing
    a INTEGER NOT NULL,                  -- record ids: the linked one, and the one it is checked against
    b INTEGER NOT NULL,
    PRIMARY KEY (sample, place)
) WITHOUT ROWID;

CREATE TABLE listed (
    results INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    how TEXT NOT NULL,                   -- list, sample
    place INTEGER NOT NULL,
    PRIMARY KEY (results, person_id)
) WITHOUT ROWID;

CREATE INDEX listed_person ON listed (person_id);

CREATE TABLE "member" (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,                 -- JSON list
    sign BLOB NOT NULL,                  -- Ed25519 public key
    box BLOB NOT NULL,                   -- X25519 public key
    active INTEGER NOT NULL,
    entry BLOB NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX member_name ON member (name) WHERE active;

CREATE TABLE membership (
    record_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (record_id, run_id)
) WITHOUT ROWID;

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

CREATE TABLE opening (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    member TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    begun TEXT NOT NULL,
    until TEXT NOT NULL,
    closed TEXT
) WITHOUT ROWID;

CREATE INDEX opening_member ON opening (member, person_id);

CREATE TABLE opening_wish (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    answer BLOB,
    granted INTEGER,
    words TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

CREATE TABLE picture (
    digest BLOB PRIMARY KEY,             -- SHA-256 of the bytes
    bytes BLOB NOT NULL
);

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

CREATE TABLE protection (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    lifted BLOB
) WITHOUT ROWID;

CREATE INDEX protection_person ON protection (person_id);

CREATE TABLE purpose (
    extract TEXT NOT NULL,
    item TEXT NOT NULL,                  -- the column's name in the profile; '' for the whole extract
    used INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,                 -- app.domain.purposes.BASES
    words TEXT NOT NULL,                 -- which law, what grounds; free
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (extract, item)
) WITHOUT ROWID;

CREATE TABLE question (
    entry BLOB PRIMARY KEY,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    whom TEXT NOT NULL,
    words TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX question_pair ON question (a, b);

CREATE TABLE record_key (
    record_id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL
);

CREATE TABLE result (
    results INTEGER NOT NULL,            -- named by the entry of its run
    first INTEGER NOT NULL,              -- the smallest person_id in the block
    block BLOB NOT NULL,                 -- zlib of JSON: children in the order of their ids
    PRIMARY KEY (results, first)
) WITHOUT ROWID;

CREATE TABLE row (
    place INTEGER PRIMARY KEY,
    row_id INTEGER NOT NULL UNIQUE,
    digest BLOB NOT NULL,                -- 16 bytes, keyed
    extract TEXT NOT NULL,
    header_id INTEGER NOT NULL,
    cells BLOB                           -- the texts as received, in the form that is digested
);

CREATE TABLE row_problem (
    batch_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "column" TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,                -- message key
    args TEXT NOT NULL,                  -- JSON
    outcome TEXT NOT NULL                -- rejected, warned
);

CREATE INDEX row_problem_batch ON row_problem (batch_id, line);

CREATE TABLE "ruling" (
    entry BLOB NOT NULL,
    a INTEGER NOT NULL,                  -- record ids, a < b
    b INTEGER NOT NULL,
    same INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL,
    reason TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (entry, a, b)
) WITHOUT ROWID;

CREATE INDEX ruling_pair ON ruling (a, b);

CREATE TABLE run (
    run_id INTEGER PRIMARY KEY AUTOINCREMENT,
    as_of TEXT NOT NULL,
    settings TEXT NOT NULL,              -- JSON
    made TEXT NOT NULL,
    entry BLOB NOT NULL UNIQUE
);

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,                 -- JSON
    entry BLOB NOT NULL
) WITHOUT ROWID;

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

CREATE TABLE stance (
    entry BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL,          -- whose it is now
    said_of INTEGER NOT NULL,            -- the person as the page named it then
    extract TEXT NOT NULL,
    item TEXT NOT NULL,
    stance TEXT NOT NULL,                -- app.domain.purposes.STANCES
    day TEXT NOT NULL,                   -- when they said it
    words TEXT NOT NULL,
    author TEXT NOT NULL,
    recorded TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX stance_person ON stance (person_id);
