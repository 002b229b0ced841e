"""How many files, and so connections, this process may have open."""

import sys

if sys.platform != "win32":  # which has no such limit
    import resource


def allow(files: int) -> int:
    """Let this process open some files; return how many it may, at most as many as asked for."""
    if sys.platform == "win32":
        return files
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= files:
        return files
    allowed = files if hard == resource.RLIM_INFINITY else min(files, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
