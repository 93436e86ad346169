"""Files in and files out: text and workbooks taken apart under limits, and what may leave."""
