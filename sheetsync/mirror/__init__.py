"""Two tables in step: what changed on which side since both agreed, and what that asks for."""
