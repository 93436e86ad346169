"""Paper: A4 pages from frozen blocks, as PDF or on a printer. Plain text only, never HTML."""
