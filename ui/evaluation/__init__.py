"""The parts of the evaluation page: tables with intervals."""
