"""Settings and jobs of chargers, as the operator gives them and a charger carries them out.

Imports chargers and below.
"""
