"""A site's chargers as the fleet index, the probes and the page know them: searched and listed.

Imports deployed and below.
"""
