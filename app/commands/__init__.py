"""The commands of the console, a shelf: one subject a file, each with `declare_*` functions for its words."""
