"""pyimpl package."""
