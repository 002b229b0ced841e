"""AWS's request and response formats, from botocore's own service models.

The modules import botocore only.
"""
