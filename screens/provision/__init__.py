"""Provision: the step, and what it says of a run."""
