"""Stand-ins for the application's modules that programs of functions import.

A deliberate second opinion on the contract between those programs and the application, in which
the modules have the names in `images`. They run in the processes of functions, and may import the
stand-in's telemetry and nothing else of the account.
"""
