"""What a site keeps of an installation that moved in. Part of deployed; imports only aws/."""
