"""A miniature of the library's errors."""


class IntegrityError(Exception):
    """What the database refuses."""
