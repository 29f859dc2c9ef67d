"""What a Dockerfile builds: the files in it, what is installed, and how it says it is run."""
