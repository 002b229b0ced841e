"""What of an application's source will not run in a site, and what the build does about it."""
