"""What analytics says: nothing yet that another service listens to."""
