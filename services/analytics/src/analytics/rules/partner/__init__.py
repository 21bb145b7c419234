"""Figures of what a partner funds: points are hundredths of a per cent of the best possible score."""
