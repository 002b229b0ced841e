"""The simulated AWS account, called the embedded account where developers talk about it.

MiniStack does most of it, and this room adds what it lacks. It runs in a child process (`child`),
imports nothing else of this package, and only the command line and the tests import it.
"""
