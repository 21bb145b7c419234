"""What is said to whom, and how it looks: no session, no web, no clock."""
