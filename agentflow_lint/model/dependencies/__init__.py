"""What is installed: from the project's own pins, or in an image."""
