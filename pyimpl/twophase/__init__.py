"""twophase package."""
