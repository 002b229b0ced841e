"""CloudFront: listeners, functions, and the ways to its origins."""
