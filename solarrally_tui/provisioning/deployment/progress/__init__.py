"""How far a deployment is: what its service does, how long steps take, how long is left.

May import the graph of steps, the wings below deployment, and the rooms below provisioning.
"""
