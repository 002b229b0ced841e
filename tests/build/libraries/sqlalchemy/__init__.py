"""A miniature of the library."""
