"""Workbooks on disk: reading them, and writing back without losing anything people put there."""
