"""What an account or a Region has once, and all sites share. Imports aws and site."""
