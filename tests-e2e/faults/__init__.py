"""Kills things while events flow, then counts: nothing lost, nothing twice, order per subject kept."""
