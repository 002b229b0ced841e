"""Claims that only a real AWS account can confirm, and the experiments that confirm them.

Imports aws, account, chargers, deployed, findings, health, policy, site and text.
"""
