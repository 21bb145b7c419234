"""Reports to be taken away: asked for, made by the worker, fetched for a day."""
