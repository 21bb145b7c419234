"""What the people of the story do, one file for each of them."""
