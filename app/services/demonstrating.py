"""The demo: a made-up municipality's extracts, and an office filled from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.demo.city import make_city
from app.demo.writing import write_extracts
from app.domain.message import Refused


def write_demo_extracts(out: Path, children: int, seed: int, as_of: date) -> list[Path]:
    """Write all eighteen extracts of a made-up municipality into ``out``; the files.

    The same arguments give the same bytes.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        return write_extracts(make_city(children, seed, as_of), out)
    except OSError as error:
        raise Refused("folder.cannot_write", folder=out.name, why=error.strerror) from None
