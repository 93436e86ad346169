"""Libraries that the window names but rarely needs: they are loaded when the first thing of them is asked for.

Matching runs in a process of its own; a window that never rules on a link or looks a file over never needs what it is
done with, and that is a hundred megabytes.
"""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType
from typing import Any

_LOADING = threading.RLock()
_MEANT = frozenset({"__path__", "__version__"})
"""Of a module's inner names only these are asked for by who wants the library; others by who looks at every module."""


class _Later(ModuleType):
    """Stands for a library until something of it is asked for; then it has all that the library has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _MEANT:
            raise AttributeError(name)
        return getattr(_loaded(self), name)


def put_off(*names: str) -> None:
    """From now on load these libraries when they are used; one that is here already stays."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)


def _loaded(stands: _Later) -> ModuleType:
    with _LOADING:
        name = stands.__name__
        if sys.modules.get(name) is stands:
            del sys.modules[name]
        real = importlib.import_module(name)
        vars(stands).update(vars(real))
        return real
