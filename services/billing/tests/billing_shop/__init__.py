"""A shop that is open for business, as the stories enter it: its doors, its provider, what others tell it."""
