"""What makes the simulated account serve: stand-ins for tasks, their targets, CloudFront.

A stand-in process imports this package too, so nothing may be imported here: MiniStack is large.
"""
