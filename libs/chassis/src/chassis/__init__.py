"""The mechanisms the services share. It knows no domain word."""
