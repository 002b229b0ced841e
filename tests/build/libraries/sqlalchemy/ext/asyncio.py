"""An engine that says every statement aloud when asked to, and waits for ever unless told."""

from typing import Any


def create_async_engine(url: str, *, echo: bool = False, **options: Any) -> str:
    """Refuse what a test has to see: a loud engine, or one that never gives up."""
    if echo:
        raise ValueError("SQL would reach the log")
    if not options.get("pool_pre_ping") or not options["connect_args"]["command_timeout"]:
        raise ValueError("a lost connection would hang")
    return url
