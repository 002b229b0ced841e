"""AWS IoT: the MQTT endpoint, and what rules do."""
