"""Parts of the page of sources: what has arrived, and for what each item is used."""
