"""OneRoster 1.1 as CSV: names, headers, values, and what makes a zip one that may be read."""
