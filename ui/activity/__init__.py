"""Parts of the activity page: filters, questions, the table of lines, the anchor of the day."""
