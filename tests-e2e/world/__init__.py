"""The world the stories play in: the whole system on a home of its own, and people who use it over HTTP."""
