"""What may be: no session, no web, no clock."""
