"""How a deployed site is: probes judge it, `diagnosis` finds out why something is wrong.

Only reads. Imports deployed, domains and what is below them.
"""
