"""A miniature of the library in the release that the fixture pins."""
