"""One CloudFormation template for each stack, and the catalogue. Imports nothing of ours."""

from solarrally_tui.blueprints.catalogue import CATALOGUE, Blueprint, Region, blueprint, of_shape

__all__ = ["CATALOGUE", "Blueprint", "Region", "blueprint", "of_shape"]
