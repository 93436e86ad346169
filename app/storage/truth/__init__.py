"""What people did: the journal, its segment and access log, who may write what, and what each entry does."""
