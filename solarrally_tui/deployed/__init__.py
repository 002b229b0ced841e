"""A deployed site: its record, its stacks, its address. Imports aws, blueprints and site."""
