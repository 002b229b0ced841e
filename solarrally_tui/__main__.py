"""Lets `python -m solarrally_tui` be the command line."""

from solarrally_tui.cli import main

if __name__ == "__main__":
    main()
