"""The provisioning graph: steps, change sets, events, recovery, destroy."""
