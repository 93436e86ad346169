"""What must not be seen or used: protected households, closed sectors, items switched off or objected to."""
