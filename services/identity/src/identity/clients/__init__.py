"""What lies outside: the folder of signing keys."""
