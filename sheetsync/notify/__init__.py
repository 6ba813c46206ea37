"""How messages leave: mail, Feishu, a bot, a post, or a folder. Knows nothing of what they say."""
