"""What the account would do to a deployment: facts, and findings from them.

Imports account's own foundations, aws, findings and site.
"""
