"""Docker compose: which files make a project, what they come to, and the deployments among its services."""
