"""AWS's request and response formats, from botocore's own service models."""
