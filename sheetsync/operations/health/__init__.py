"""What `doctor` looks at, one small function a check; a new check is one entry in `CHECKS`."""
