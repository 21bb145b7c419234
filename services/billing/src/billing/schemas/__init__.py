"""The service's public JSON, a file per resource."""
