"""The blueprints: one CloudFormation template a stack, and the catalogue that orders them."""

from solarrally_tui.blueprints.catalogue import CATALOGUE, Blueprint, Region, blueprint

__all__ = ["CATALOGUE", "Blueprint", "Region", "blueprint"]
