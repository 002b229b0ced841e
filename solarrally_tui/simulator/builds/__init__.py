"""CodeBuild of the simulated account: phases over time, and in effect what the build spec does.

The modules may import the account's clock, faults, `loopback` and `pins`,
the images of functions, and the runtime's page.
"""
