"""The process that stands in for one running task.

It knows neither MiniStack nor boto3: a site has several of these processes, and each must start in
about a second.
"""
