"""The parts of the page of criteria: the table, the panel of one, levels, what a change would do, versions."""
