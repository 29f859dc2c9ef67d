"""What the server loads: modules found, import paths followed, and what keeps them from being loaded."""
