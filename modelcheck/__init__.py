"""modelcheck package."""
