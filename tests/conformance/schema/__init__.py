"""The JSON Schema of a release's config against what the release takes."""
