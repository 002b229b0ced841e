"""The page that a simulated frontend build publishes."""

from importlib.resources import files


def html() -> str:
    """The page: complete, without external assets, clearly marked as simulated."""
    return files(__package__).joinpath("index.html").read_text(encoding="utf-8")
