"""E-mail of the simulated account: what SNS sends, and the mailbox that receives it.

The modules may import the account's clock, faults and `pins`, and the hooks of stacks.
"""
