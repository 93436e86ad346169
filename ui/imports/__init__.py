"""Parts of the import page: files, preview, problems, comparison, progress."""
