"""What each type of CloudFormation becomes in Terraform, a row a type.

May import the bodies, scope and schema of its room.
"""
