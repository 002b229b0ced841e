"""Taking a site down, and what stays of it."""
