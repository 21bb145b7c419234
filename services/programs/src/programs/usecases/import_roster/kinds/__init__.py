"""The kinds of rows, a file per subject."""
