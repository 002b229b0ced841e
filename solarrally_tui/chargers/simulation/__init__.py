"""What simulated chargers do, what they cost, and what is counted of them. Part of chargers."""
