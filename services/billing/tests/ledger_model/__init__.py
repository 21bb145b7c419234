"""Parts of the model that the ledger is held against."""
