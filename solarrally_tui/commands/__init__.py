"""One module per command: its options, add(parser) and run(options) -> exit status.

The top room below cli.py: it may import every room, and it alone imports the simulator. Whatever
is slow is imported inside functions, because cli.py imports a command to parse its options.
"""
