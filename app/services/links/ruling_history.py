"""What was ruled about links, newest first, so that it can be taken back months later."""

from __future__ import annotations

from datetime import datetime

from app.services.links.quality_answers import RulingHistory
from app.storage.offices.office import Office
from app.storage.truth.desk import id_text

SHOWN = 500

_RULINGS = """
    WITH replaced (entry) AS (
        SELECT unhex(replace(one.value, '-', '')) FROM entry AS e, json_each(e.payload, '$.replaces') AS one
        WHERE e.kind = 'ruling.made' AND e.id IN (SELECT entry FROM ruling WHERE withdrawn = 0))
    SELECT r.entry, r.a, r.b, coalesce(x.name, ''), coalesce(y.name, ''), coalesce(x.extract, ''),
        coalesce(y.extract, ''), (SELECT count(*) FROM ruling AS o WHERE o.entry = r.entry), r.same, m.name,
        r.recorded, r.reason, r.withdrawn, r.author,
        r.withdrawn AND r.entry IN (SELECT entry FROM replaced),
        r.withdrawn AND x.record_id IS NOT NULL AND y.record_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM ruling AS o WHERE o.a = r.a AND o.b = r.b AND o.same = r.same AND o.withdrawn = 0)
    FROM ruling AS r JOIN entry AS e ON e.id = r.entry
    LEFT JOIN view.record AS x ON x.record_id = r.a LEFT JOIN view.record AS y ON y.record_id = r.b
    LEFT JOIN member AS m ON m.id = r.author
    WHERE NOT EXISTS (SELECT 1 FROM ruling AS o WHERE o.entry = r.entry AND (o.a, o.b) < (r.a, r.b)) {which}
    ORDER BY e.seq DESC LIMIT :shown
"""


def rulings(office: Office) -> tuple[RulingHistory, ...]:
    """The newest rulings: all for a lead, a worker's own. One that speaks of several pairs shows the first."""
    every = office.member.may("rule")
    query = _RULINGS.format(which="" if every else "AND r.author = :me")
    rows = office.reader().execute(query, {"me": office.member.id, "shown": SHOWN}).fetchall()
    return tuple(
        RulingHistory(
            entry=id_text(row[0]),
            a=row[1],
            b=row[2],
            names=(row[3], row[4]),
            extracts=(row[5], row[6]),
            pairs=row[7],
            same=bool(row[8]),
            author=row[9] or "",
            recorded=datetime.fromisoformat(row[10]),
            reason=row[11],
            withdrawn=bool(row[12]),
            mine=every or row[13] == office.member.id,
            replaced=bool(row[14]),
            again=bool(row[15]),
        )
        for row in rows
    )
