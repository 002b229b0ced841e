"""AWS IoT: the MQTT endpoint, and what rules do.

The modules may import the account's certificate authority, `loopback` and `pins`.
"""
