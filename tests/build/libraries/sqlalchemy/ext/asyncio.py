"""An engine that says every statement aloud when asked to."""


def create_async_engine(url: str, *, echo: bool = False) -> str:
    """Refuse to be loud, so that a test sees it."""
    if echo:
        raise ValueError("SQL would reach the log")
    return url
