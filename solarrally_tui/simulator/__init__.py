"""The embedded AWS account."""
