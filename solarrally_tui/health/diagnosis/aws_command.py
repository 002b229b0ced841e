"""What we asked AWS, as a command of the AWS CLI that a person can run. Pure."""

import re
import shlex
from collections.abc import Mapping
from typing import Any


def aws_command(service: str, operation: str, region: str, params: Mapping[str, Any]) -> str:
    """Return the call as an AWS CLI command, to be pasted into a shell."""
    words = ["aws", service, operation.replace("_", "-"), "--region", region]
    for name, value in params.items():
        flag = f"no-{_dashed(name)}" if value is False else _dashed(name)
        words += [f"--{flag}", *_values(value)]
    return " ".join(shlex.quote(word) for word in words)


def _dashed(name: str) -> str:
    # As botocore does: DBInstanceIdentifier becomes db-instance-identifier.
    split = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1-\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", split).lower()


def _values(value: Any) -> list[str]:
    if isinstance(value, bool):
        return []
    if isinstance(value, dict):
        return [",".join(f"{key}={item}" for key, item in value.items())]
    if isinstance(value, list | tuple):
        return [word for item in value for word in _values(item)]
    return [value.isoformat() if hasattr(value, "isoformat") else str(value)]
