"""The veil: what of rows as received must not be shown or written out.

Because its item is not used, or because it says where somebody protected is. Rows as received are truth and
stay; whoever lays one before somebody asks here first.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.extracts.profile import Profile
from app.domain.extracts.recognising import plan_columns
from app.domain.extracts.text import code_form
from app.domain.purposes import WHOLE
from app.domain.whereabouts import GUARDIAN, NAME_FIELDS, columns_of, positions_of
from app.services.deriving.profiles_in_force import profiles_of
from app.services.deriving.surnames import surname_positions
from app.services.deriving.withheld import withheld_of
from app.storage.offices.office import Office

_FREE = frozenset(map(code_form, ("", "無", "0", "×", "なし", "無し")))


class Veil:
    """Which cells are hidden, as the view in force has it."""

    def __init__(self, office: Office) -> None:
        self._db = office.reader()
        self._withheld = withheld_of(self._db, "view")
        self._profiles = profiles_of(office)

    def hidden(
        self, extract: str, header: Sequence[str], record: int | None, cells: Sequence[str] = ()
    ) -> frozenset[int]:
        """The positions under this header that must not be shown of a row of this record.

        ``cells``: the row itself, where it may be the first to say that somebody is protected.
        """
        profile = self._profiles.get(extract)
        off = self._items(extract, record)
        surname: frozenset[int] = frozenset()
        if profile is not None and (self.shields(record) or says_protected(profile, header, cells)):
            off |= columns_of(profile)
            surname = self._surname(profile, header, record, cells)
        if profile is None or not off | surname:
            return frozenset()
        if WHOLE in off:
            return frozenset(range(len(header))) - positions_of(profile, header, profile.local_id)
        return positions_of(profile, header, off) | surname

    def _surname(
        self, profile: Profile, header: Sequence[str], record: int | None, cells: Sequence[str]
    ) -> frozenset[int]:
        """Where the row says a surname that is new since; what is known nowhere is nobody's new one."""
        if record is None:
            return frozenset()
        return surname_positions(self._db, "view", profile, header, record, cells)

    def shields(self, record: int | None) -> bool:
        """Whether this record is of somebody whose whereabouts are not shown."""
        if record is None:
            return False
        return self._db.execute("SELECT 1 FROM view.shielded WHERE record_id = ?", (record,)).fetchone() is not None

    def hides(self, extract: str, column: str, record: int | None = None) -> bool:
        """Whether what stands under this printed header must not be shown; "" is the row as a whole."""
        off = self._items(extract, record)
        profile = self._profiles.get(extract)
        if column and profile is not None and (record is None or self.shields(record)):
            off |= columns_of(profile)  # of a row that nobody knows, it hides more than it shows
        if column and profile is not None and self.shields(record):
            off |= {profile.block[one] for one in (*NAME_FIELDS, GUARDIAN) if one in profile.block}
        if not column:
            return bool(off)
        return 0 in self._alone(self._profiles.get(extract), column, off)

    def _alone(self, profile: Profile | None, column: str, off: frozenset[str]) -> frozenset[int]:
        if profile is None or not off:
            return frozenset()
        positions = plan_columns(profile, (column,)).positions
        local = any(positions.get(name) == 0 for name in profile.local_id)
        if WHOLE in off:
            return frozenset() if local else frozenset({0})
        return frozenset(positions[name] for name in off if name in positions)

    def _items(self, extract: str, record: int | None) -> frozenset[str]:
        off = self._withheld.columns(extract)
        if record is None or not self._withheld.persons:
            return off
        row = self._db.execute("SELECT person_id FROM view.record WHERE record_id = ?", (record,)).fetchone()
        return off | self._withheld.of_person(row[0], extract) if row else off


def says_protected(profile: Profile, header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row itself says, in whatever word, that its person is protected."""
    plan = plan_columns(profile, tuple(header))
    at = plan.positions.get(profile.block.get("protected", ""))
    said = plan.whole(list(cells)) if cells else []
    return at is not None and at < len(said) and code_form(said[at].strip()) not in _FREE
