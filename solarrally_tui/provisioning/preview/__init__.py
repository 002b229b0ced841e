"""What a deployment would do, asked of AWS without changing anything.

May import deployment and what is below it; neither teardown nor operations.
"""
