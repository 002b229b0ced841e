"""IAM policies, derived from the blueprints, CloudFormation's schemas and the engine's calls.

May import account, for names of roles that it creates, blueprints, stacks, site and text.
"""
