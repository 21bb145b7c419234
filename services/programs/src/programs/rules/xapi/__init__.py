"""xAPI 1.0.3: what is a statement, what it is found by, and what it means here."""
