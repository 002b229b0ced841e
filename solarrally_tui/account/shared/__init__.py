"""What an account or a Region has once, and all sites share."""
