"""The support bundle: what was seen of a site in one file without secrets, and its way back.

Imports health's diagnosis and probes, policy, deployed and foundations.
"""
