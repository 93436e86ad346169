-- The desk asks by person: for one child it looks that child's acts up, instead of ordering everybody's.
DROP VIEW desk;

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
