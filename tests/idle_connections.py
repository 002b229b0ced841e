"""Closes connections to simulated accounts that no request uses.

Clients of boto3 keep theirs for the next request, and are themselves kept by callers and accounts.
In one process they come to more than a thousand, and paho's MQTT waits with select(), which takes
no file descriptor above 1,023: from then on nothing connects, and nothing says why.
"""

import gc
import sys
from pathlib import Path
from typing import Final

MANY: Final = 400
"""Open files from which it is worth looking for connections, a third of a second."""


def open_files() -> int:
    """Count the file descriptors of this process."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def close_idle(many: int = MANY) -> None:
    """Close them where there are many open files. Clients go on, with new connections."""
    module = sys.modules.get("botocore.httpsession")
    if module is None or open_files() < many:
        return
    for found in gc.get_referrers(module.URLLib3Session):
        if isinstance(found, module.URLLib3Session):
            found.close()
