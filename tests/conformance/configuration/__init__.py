"""Level A: what a release makes of one configuration, and what the linter says of it."""
