"""What of a source will not run in a site, and which fixes the build applies."""
