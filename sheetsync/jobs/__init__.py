"""Job files: what runs when, and the clockwork that runs it."""
