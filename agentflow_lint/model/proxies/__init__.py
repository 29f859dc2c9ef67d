"""What stands in front of a deployment, and what it does to requests."""
