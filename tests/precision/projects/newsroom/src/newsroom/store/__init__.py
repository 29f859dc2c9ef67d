"""Where the desk keeps its conversations."""
