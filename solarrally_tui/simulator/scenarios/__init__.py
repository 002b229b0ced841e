"""What AWS refuses because of the account itself: new, on the free plan, in an organization.

A scenario is data: facts that reads return, and refusals in AWS's words, each with its source.
Part of the simulator.
"""
