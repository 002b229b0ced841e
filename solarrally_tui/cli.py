"""The command line. Parses before importing anything heavy; every command is a module."""

import sys
from collections.abc import Sequence
from importlib import import_module

from solarrally_tui.commands.shared import guard
from solarrally_tui.commands.shared.command_parser import USAGE
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.commands.tree import parser


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    if argv is None:
        guard.settle()
    words = sys.argv[1:] if argv is None else argv
    sys.exit(guard.guarded(lambda: _run(words), as_json=guard.wants_json(words)))


def _run(words: Sequence[str]) -> int:
    parsed = parser().parse_args(words)
    if parsed.demo:
        if parsed.profile or parsed.credentials:
            say("--demo brings its own credentials. Leave out --profile and --credentials.")
            return USAGE
        import_module("solarrally_tui.commands.demonstration.running").use_running()
    return int(parsed.run(parsed))


if __name__ == "__main__":
    main()
