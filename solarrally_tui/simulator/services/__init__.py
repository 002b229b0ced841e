"""AWS services, and operations of services, that MiniStack does not answer.

One file a service, each operation one function under the service and operation names of boto3.
botocore's models read its request and write its response. The files may import `loopback`, `pins`
and `wire`.
"""

import importlib
import pkgutil


def load() -> None:
    """Declare every operation."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
