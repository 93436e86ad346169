"""Parts of the page on which people settle links: the queue, the two records, what would follow."""
