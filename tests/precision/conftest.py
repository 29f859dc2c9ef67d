"""The projects hold tests of their own, which are no tests of the linter."""

collect_ignore = ["projects"]
