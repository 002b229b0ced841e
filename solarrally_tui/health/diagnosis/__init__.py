"""Why a site is not well: sources gather evidence, rules rank its causes. Only reads.

Imports health's probes and foundations, deployed, domains and findings.
"""
