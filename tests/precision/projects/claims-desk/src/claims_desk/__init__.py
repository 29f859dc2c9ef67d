"""Takes in insurance claims."""
