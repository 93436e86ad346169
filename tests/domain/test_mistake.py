"""What is told of a mistake names places in the program and no value."""

from __future__ import annotations

from app.domain.mistake import without_values


def look_up(name: str) -> None:
    try:
        {}[name]
    except KeyError as error:
        raise ValueError(f"no such person: {name}") from error


def test_where_and_of_which_kind_but_no_name() -> None:
    name = "".join(chr(one) for one in (26862, 32, 33909))  # 森 葵, but not in a line that is shown
    try:
        look_up(name)
    except ValueError as error:
        told = without_values(error)
    assert name not in told
    assert told.splitlines()[-1] == "ValueError"
    assert told.index("KeyError") < told.index("ValueError\n")
    assert "{}[name]" in told
