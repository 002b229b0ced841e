"""Rules: which words of AWS speak for which cause. Their order decides. Imports findings."""
