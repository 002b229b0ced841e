"""Names of CloudFormation as Terraform writes them: words in lower case with underscores."""

import re
from typing import Final

_RUNS: Final = re.compile(r"(.)([A-Z][a-z]+)")
_STARTS: Final = re.compile(r"([a-z0-9])([A-Z])")


_WORDS: Final = ("CloudFront", "CloudWatch", "GiB", "GitHub")
"""One word each, although they have a capital inside."""


def snake(name: str) -> str:
    """Return a name of a template as Terraform writes it, such as vpc_id for VpcId."""
    for word in _WORDS:
        name = name.replace(word, word.capitalize())
    return _STARTS.sub(r"\1_\2", _RUNS.sub(r"\1_\2", name)).lower()


def camel(name: str) -> str:
    """Return a key of CloudFormation as the service's own API writes it: readonlyRootFilesystem."""
    return name[:1].lower() + name[1:]
