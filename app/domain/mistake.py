"""A mistake of our own, as it may be told: where it happened and of which kind, without a value.

What an exception says of itself can hold a name from a row (``KeyError: '森 葵'``), and standard error ends in
files of the system; lines of the program hold none.
"""

from __future__ import annotations

import traceback


def without_values(error: BaseException) -> str:
    """The lines of a traceback, causes first, and the kinds of the exceptions."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = [without_values(before), "\n"] if before is not None and before is not error else []
    kind = type(error)
    place = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return "".join(
        [
            *told,
            "Traceback, values left out:\n",
            *traceback.format_tb(error.__traceback__),
            f"{place}{kind.__qualname__}\n",
        ]
    )
