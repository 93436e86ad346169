"""Parts of the page on how good the links are."""
