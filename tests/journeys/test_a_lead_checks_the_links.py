"""A lead checks a blind sample, takes another model over after comparing, undoes a ruling months later."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Any

from app.domain.entries import Kind
from app.linkage.model import shipped_model
from app.services.deriving import rebuilding
from app.services.imports.import_jobs import Ended, Failed, Finished, Stopped
from app.services.links import (
    comparisons,
    foreseeing,
    linking,
    pairs,
    quality_jobs,
    retraining,
    ruling_history,
    sampling,
)
from app.storage.offices.office import Office
from app.storage.offices.verify import verify
from tests.builders import LEAD, NOW, groups, opened


def test_a_lead_checks_a_blind_sample(folder: Path) -> None:
    with opened(folder) as office:
        sample = sampling.draw(office, NOW, seed=5).value
        drawn = sampling.pairs_of(office, sample)
        assert len(drawn) == sampling.SIZE
        for one in drawn[:20]:
            sampling.answer(office, sample, one.place, "same", NOW)
    with opened(folder) as office:  # stopped, and gone on with on another day
        later = NOW + timedelta(days=1)
        left = [one for one in sampling.pairs_of(office, sample) if not one.answer]
        assert [one.place for one in left] == list(range(21, 51))
        for one in left[:-2]:
            sampling.answer(office, sample, one.place, "same", later)
        wrong, unsure = left[-2:]
        sampling.answer(office, sample, unsure.place, "unknown", later)
        sampling.answer(office, sample, wrong.place, "apart", later)
        said = sampling.samples(office).together
        assert said is not None
        assert (said.checked, said.wrong, said.unknown) == (49, 1, 1)
        assert 0 < said.errors.low < said.errors.share < said.errors.high < said.worst.high < 0.2
        linking.rule(office, wrong.a, wrong.b, False, "抜き取り点検", later)  # a wrong one is ruled on right away
        assert len(set(_persons(office, wrong.a, wrong.b))) == 2
        assert sampling.samples(office).together == said, "what was found stays what was found"
        assert verify(office) == []
        assert rebuilding.differences(office) == []


def test_a_lead_compares_another_model_and_takes_it_over(folder: Path) -> None:
    said = json.loads(shipped_model().as_json())
    stricter = json.dumps({**said, "link": said["link"] + 25, "review": said["review"] + 25})
    with opened(folder) as office:
        before, queue = groups(office), len(pairs.queue(office))
        compared = _done(quality_jobs.compare, office, stricter, NOW).value
        assert compared.reviews_now == queue
        assert compared.counts["parted"] + compared.counts["asked"] + compared.counts["settled"] > 0
        assert groups(office) == before
        _done(quality_jobs.take_over, office, compared.text, "比べて切り替え", NOW)
        assert len(pairs.queue(office)) == compared.reviews_then
        entry = office.reader().execute("SELECT author FROM entry WHERE kind = ?", (Kind.MODEL_TAKEN,)).fetchall()
        assert len(entry) == 1
        newest, shipped = retraining.history(office)
        assert (newest.author, newest.own, newest.in_force) == (LEAD, True, True)
        assert rebuilding.differences(office) == []
    with opened(folder) as office:
        back = _done(quality_jobs.compare, office, shipped.text, NOW).value
        assert back.model == shipped_model().id
        _done(quality_jobs.take_over, office, "", "戻す", NOW + timedelta(days=30))
        assert groups(office) == before
        assert verify(office) == []


def test_a_comparison_waits_until_it_is_taken_over_or_put_aside(folder: Path) -> None:
    """Begun in the evening, weighed in the morning: the window was shut between."""
    said = json.loads(shipped_model().as_json())
    stricter = json.dumps({**said, "link": said["link"] + 25, "review": said["review"] + 25})
    with opened(folder) as office:
        assert comparisons.kept(office) is None
        compared = _done(quality_jobs.compare, office, stricter, NOW).value
        stored = office.reader().execute("SELECT value FROM here WHERE key = 'links.comparison'").fetchone()[0]
        assert compared.examples
        assert compared.examples[0].name not in stored, "no name is kept, it is looked up"
    with opened(folder) as office:
        kept = comparisons.kept(office)
        assert kept is not None
        assert kept.comparison == compared
        assert (kept.author, kept.made, kept.stale) == (LEAD, NOW, False)
        line = pairs.queue(office)[0]
        linking.rule(office, line.a, line.b, False, "", NOW)
        kept = comparisons.kept(office)
        assert kept is not None
        assert kept.stale, "what was ruled since is not in its figures"
        _done(quality_jobs.take_over, office, kept.comparison.text, "比べて切り替え", NOW)
        assert comparisons.kept(office) is None, "it is in force"
        _done(quality_jobs.compare, office, "", NOW)
        comparisons.forget(office)
        assert comparisons.kept(office) is None


def test_too_few_records_teach_nothing_and_nothing_is_left(folder: Path) -> None:
    with opened(folder) as office:
        views = sorted(one.name for one in folder.glob("view-*.db"))
        last = _job(quality_jobs.learn, office, NOW)
        assert isinstance(last, Failed | Finished)
        assert sorted(one.name for one in folder.glob("view-*.db")) == views
        assert len(retraining.history(office)) == 1


def test_a_cancelled_comparison_leaves_nothing(folder: Path) -> None:
    with opened(folder) as office:
        heard: Queue[Any] = Queue()
        job = quality_jobs.compare(office, "", NOW, heard.put)
        assert job.cancel()
        assert job.wait(60)
        news = [heard.get_nowait() for _ in range(heard.qsize())]
        assert [type(one) for one in news[-2:]] == [Stopped, Ended]
        assert len(list(folder.glob("view-*.db"))) == 1


def test_a_lead_undoes_a_ruling_months_later(folder: Path) -> None:
    with opened(folder) as office:
        before, waiting = groups(office), {(one.a, one.b) for one in pairs.queue(office)}
        for number, line in enumerate(pairs.queue(office)[:3]):
            linking.rule(office, line.a, line.b, number % 2 == 0, f"書類で確認 {number}", NOW)
        after = groups(office)
    months = NOW + timedelta(days=200)
    with opened(folder) as office:
        newest, second, oldest = ruling_history.rulings(office)
        assert [one.reason for one in (oldest, second, newest)] == [f"書類で確認 {number}" for number in range(3)]
        assert (oldest.same, second.same, oldest.author, oldest.mine, oldest.withdrawn) == (
            True,
            False,
            LEAD,
            True,
            False,
        )
        assert all(oldest.names)
        foreseen = foreseeing.preview_withdrawing(office, oldest.entry)
        assert groups(office) == after, "foreseeing changes nothing"
        linking.withdraw_ruling(office, oldest.entry, "見直し", months)
        told = {one.person_id for one in foreseen.after}
        assert set(_persons(office, oldest.a, oldest.b)) <= told
        assert told <= {person for (person,) in office.reader().execute("SELECT person_id FROM view.person")}
        for one in (second, newest):
            linking.withdraw_ruling(office, one.entry, "見直し", months)
        assert groups(office) == before
        assert {(one.a, one.b) for one in pairs.queue(office)} == waiting
        assert all(one.withdrawn for one in ruling_history.rulings(office))
        assert rebuilding.differences(office) == []


def _persons(office: Office, a: int, b: int) -> list[int]:
    rows = office.reader().execute("SELECT person_id FROM view.record WHERE record_id IN (?, ?)", (a, b))
    return [row[0] for row in rows.fetchall()]


def _job(start: Any, office: Office, *args: Any) -> Any:
    """The last word of a job before it ended."""
    heard: Queue[Any] = Queue()
    job = start(office, *args, heard.put)
    assert job.wait(120)
    news = [heard.get_nowait() for _ in range(heard.qsize())]
    assert isinstance(news[-1], Ended)
    return news[-2]


def _done(start: Any, office: Office, *args: Any) -> Any:
    last = _job(start, office, *args)
    assert isinstance(last, Finished), last
    assert last.outcome is not None
    return last.outcome
