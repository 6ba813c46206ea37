"""Renderers: figures and findings to edits and bytes; they know the palette, never the package."""
