"""stdlib package."""
