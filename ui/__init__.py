"""The window. Qt lives here and nowhere else: it asks services and shows their frozen answers."""

from ui.later import put_off

put_off("pandas", "duckdb")
