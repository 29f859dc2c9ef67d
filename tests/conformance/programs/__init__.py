"""Level B: generated programs that compose how projects make a checkpointer, started for real, against the linter."""
