"""CloudWatch: metrics that logs and services bring, and when alarms change their state.

The modules may import the account's clock and `pins`.
"""
