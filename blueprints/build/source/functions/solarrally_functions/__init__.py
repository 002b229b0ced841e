"""Runs SolarRally in functions of AWS Lambda. Added by the build of solarrally-tui.

`api` answers requests, `telemetry` takes the messages of chargers. The application's modules do the
work: these programs stand where uvicorn and the MQTT client stand in a task.
"""
