"""What a partner sees of the students it funds and of its money."""
