"""Something on this computer stops a command before anything is sent."""

from solarrally_tui.text.plain import Plain


class ComputerError(Exception):
    """A setting, a file or a program of this computer is in the way."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(str(plain))
        self.plain = plain
