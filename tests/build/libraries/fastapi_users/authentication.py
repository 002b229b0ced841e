"""Has JWTStrategy and no JWTAuthentication, like the real release."""


class JWTStrategy:
    """Takes no tokenUrl."""

    def __init__(self, secret: str, lifetime_seconds: int) -> None:
        self.secret, self.lifetime = secret, lifetime_seconds


class Backend:
    """A named backend."""

    def __init__(self, name: str, **parts: object) -> None:
        self.name, self.parts = name, parts
