"""Rules about the images that deployments run."""
