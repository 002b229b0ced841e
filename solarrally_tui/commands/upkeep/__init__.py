"""Commands that renew what a site has: maintain, rotate. Imports health/ and shared/."""
