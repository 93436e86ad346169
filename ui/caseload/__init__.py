"""The parts of the caseload page: lazy model, columns, painted cells, table, filters, panel."""
