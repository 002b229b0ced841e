"""Names in the price book that several rules use, and words for what moves them."""

from typing import Final

IOT_MESSAGES: Final = "Messages (5 KB metering), MQTT/HTTP"
IOT_MINUTES: Final = "Connectivity (connection minutes)"
IOT_OPERATIONS: Final = "Device Shadow + Registry operations (1 KB metering)"
PUBLIC_IPV4: Final = "Public IPv4 in use"
SNAPSHOT: Final = "RDS backup/snapshot storage beyond 100% of provisioned"
BETWEEN_REGIONS: Final = "Data transfer to another Region, at most"
BETWEEN_ZONES: Final = "Cross-AZ (intra-region) data transfer, each direction"
HELD: Final = "how much the database holds"
