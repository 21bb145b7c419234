"""The pages of the dashboards, and what is on them."""
