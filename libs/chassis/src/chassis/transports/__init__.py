"""What carries event batches from a relay to an inbox."""
