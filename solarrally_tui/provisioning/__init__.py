"""Creating, changing and deleting sites: steps, change sets, events, recovery.

May import pricing, policy, source and the rooms below them; knows neither screens nor commands. Its
wings depend one way: engine, identities, change, deployment, then preview, teardown and operations.
"""
