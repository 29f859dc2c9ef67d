"""Whether anything in the repository creates the tables that a checkpointer needs."""
