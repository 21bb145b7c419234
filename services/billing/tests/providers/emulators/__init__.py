"""Payment providers as they behave, on a loopback port: for tests, and by hand (``python -m emulators.stripe_api``)."""
