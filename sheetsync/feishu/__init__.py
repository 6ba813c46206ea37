"""The way to Feishu: one client with tokens, limits and retries for all rooms that speak to it."""
