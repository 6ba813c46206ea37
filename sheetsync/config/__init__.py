"""Settings of a project: `sheetsync.toml`, found upwards from the current folder, on top of the defaults."""
