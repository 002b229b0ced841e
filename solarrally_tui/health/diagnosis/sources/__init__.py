"""Sources of evidence, one file a service."""
