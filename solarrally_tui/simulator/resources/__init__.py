"""CloudFormation resource types that MiniStack lacks, one file a service.

Each calls the account's public AWS API, as CloudFormation's own handlers do. A file in this folder
is all that a new type needs. It may import the account's `loopback` and `pins`.
"""

import importlib
import pkgutil


def load() -> None:
    """Declare every type."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
