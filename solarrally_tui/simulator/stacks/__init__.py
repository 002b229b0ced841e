"""How stacks of the simulated account behave: durations, faults, refusals, return values.

The modules wrap MiniStack's CloudFormation. They may import `resources`, `runtime`, and the
account's clock, faults, DNS, `loopback` and `pins`.
"""
