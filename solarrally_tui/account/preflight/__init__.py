"""What the account would do to a deployment: facts, and findings from them."""
