"""What is noticed and how much it matters, and what failures mean. Imports nothing of ours."""
