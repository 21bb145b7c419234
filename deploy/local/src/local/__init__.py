"""Everything on one machine with nothing installed: `python -m local up`."""
