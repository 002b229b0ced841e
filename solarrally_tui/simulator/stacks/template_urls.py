"""Templates in S3 under the address that AWS documents, with the bucket in the host name."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ministack.services.cloudformation import helpers

from solarrally_tui.simulator.pins import replace


def install() -> None:
    """Let TemplateURL and StackPolicyURL take both forms of address. Call once."""
    replace(helpers, "_resolve_document", _accepting_both_forms)


def _accepting_both_forms(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack looks for the bucket in the path only."""

    def resolved(parameters: dict[str, Any], body: str, url: str, label: str) -> Any:
        [address] = parameters.get(url) or [""]
        return resolve({**parameters, url: [_path_style(address)]}, body, url, label)

    return resolved


def _path_style(address: str) -> str:
    parts = urlsplit(address)
    bucket, dot, rest = (parts.hostname or "").partition(".s3")
    if not dot or not rest.startswith((".", "-")):
        return address
    return f"https://s3{rest}/{bucket}{parts.path}"
