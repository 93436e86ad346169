"""A library that is put off: not loaded by naming it, whole as soon as something of it is used."""

from __future__ import annotations

import subprocess
import sys

_TRIED = """
import sys
import ui.app
assert "pandas.core" not in sys.modules and "_duckdb" not in sys.modules, "the window loads what it does not need"
from app.linkage import frame
import pandas
assert "pandas.core" not in sys.modules
made = pandas.DataFrame({"a": [1]})
assert "pandas.core" in sys.modules and made["a"].sum() == 1
import pandas as again
assert again.__version__ and again.DataFrame is pandas.DataFrame is frame.pd.DataFrame
import pandas.api.types
import duckdb
assert duckdb.connect(":memory:").execute("SELECT 1").fetchone() == (1,)
"""


def test_the_window_loads_the_libraries_of_matching_when_they_are_used() -> None:
    subprocess.run([sys.executable, "-c", _TRIED], check=True, timeout=120)
