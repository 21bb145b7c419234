"""Every SELECT that lists or looks up, and the writes of many rows at once."""
