"""What CloudFormation does for a stack is judged by its service role, or by who called it.

The modules import IAM as the account enforces it, and the types' schemas.
"""
