"""The names of the services and of those who ask identity for tokens of their own."""

SERVICES = ("identity", "programs", "billing", "privacy", "analytics", "notifications")
CLIENTS = (*SERVICES, "gateway")
