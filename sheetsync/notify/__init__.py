"""How messages leave: through a mail server, or into a folder. Knows nothing of what they say."""
