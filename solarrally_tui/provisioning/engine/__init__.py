"""The graph of steps, its runner, and the events that it reports. Knows neither stacks nor sites.

May import aws and the rooms below it, nothing else of provisioning.
"""
