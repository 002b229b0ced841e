"""IAM as the simulated account enforces it: who calls, what a call needs, and what policies say.

`judgement` evaluates policies and knows nothing of the account. The modules import the pins of
MiniStack, the settings and the wire formats.
"""
