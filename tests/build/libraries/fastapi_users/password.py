"""A miniature of the library's helper."""


class PasswordHelper:
    """Makes a text of a password that a test knows again."""

    def hash(self, password: str) -> str:
        """Return it marked."""
        return f"hash of {password}"
