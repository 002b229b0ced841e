"""Named compatibility fixes that make the pinned application start and tell the truth.

Standard library only: this runs in the build, before anything is installed. Each fix looks at the
source first, does nothing twice, and fails by its name when the source is neither the one that it
knows nor already right, so that a new commit of the application is never patched by luck.
"""

from __future__ import annotations

from .accounts import ACCOUNTS
from .backend import BACKEND
from .facts import FACTS
from .frontend import FRONTEND
from .functions import FUNCTIONS
from .page import PAGE
from .source import Fix

FIXES: dict[str, tuple[Fix, ...]] = {
    "backend": (*BACKEND, *ACCOUNTS, *FACTS),
    "frontend": (*FRONTEND, *PAGE),
    "functions": FUNCTIONS,
}
"""The fixes of each half of the application, in the order in which they are applied.

Those of functions come after those of the backend.
"""
