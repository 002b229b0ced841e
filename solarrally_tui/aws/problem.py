"""A mistake in the profile or the settings of AWS's tools on this computer."""

from solarrally_tui.computer.problem import ComputerError


class ProfileError(ComputerError):
    """AWS was not asked, because a profile or a setting is wrong."""
