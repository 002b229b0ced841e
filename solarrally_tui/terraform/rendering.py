"""Renders the text files of the folder, which are no Terraform."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def rendered(name: str, **values: Any) -> str:
    """Return a file of the folder `files` with its values."""
    environment = Environment(
        loader=PackageLoader("solarrally_tui.terraform", "files"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701, the text is no HTML
    )
    return environment.get_template(name).render(**values)
