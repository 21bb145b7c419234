"""The one door: a table of routes, a decision, a proxy."""
