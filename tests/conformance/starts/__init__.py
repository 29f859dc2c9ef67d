"""Level B: generated projects, started as production starts them, against what the linter says of them."""
