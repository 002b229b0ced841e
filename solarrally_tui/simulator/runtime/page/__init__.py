"""The page that a simulated frontend build publishes. Imports nothing."""

from html import escape
from importlib.resources import files

SCRIPT_KEY = "assets/live.js"
_BUILD = "<!-- build -->"


def html(repository: str = "", commit: str = "") -> str:
    """Return the page for `/index.html`, clearly marked as simulated.

    `repository` and `commit` say what the page stands in for. Its script is a file of its own,
    `SCRIPT_KEY`, because the site's content security policy allows no script inside the page.
    """
    name = repository.removeprefix("https://").removesuffix(".git")
    built = f" On AWS, {escape(name)} at {escape(commit[:12])} is served here."
    return _read("index.html").replace(_BUILD, built if repository else "")


def script() -> str:
    """Return the page's JavaScript, for the key `SCRIPT_KEY`."""
    return _read("live.js")


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
