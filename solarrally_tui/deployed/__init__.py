"""A deployed site: its record, stacks, tasks and address.

Imports aws, blueprints, computer, findings, site and text.
"""
