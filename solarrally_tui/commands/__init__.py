"""One module per command: its options, add(parser) and run(options) -> exit status.

tree.py lists them. carry_out() asks each command and action for an example, which its help shows;
tests/cli/test_command_lines.py types it, and misuses every option in every way.

The top room below cli.py: it may import every room, and it alone imports the simulator. Whatever
is slow is imported inside functions, because cli.py imports a command to parse its options.
"""
