"""What outlives a run: what was seen of records. The only room that knows a database."""
