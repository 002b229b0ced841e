"""What makes the simulated account serve: stand-ins for tasks, their targets, CloudFront.

The modules may import the account's certificate authority, clock, settings and `pins`. A stand-in
process imports this package too, so it must stay empty: MiniStack is large.
"""
