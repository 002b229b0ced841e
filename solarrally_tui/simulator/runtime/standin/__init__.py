"""The process that stands in for one running task. Imports the account's settings only.

It knows neither MiniStack nor boto3: a site has several of these processes, and each must start in
about a second.
"""
