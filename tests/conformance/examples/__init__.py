"""The examples that the framework's own distributions carry, started for real, against the linter's claims."""
