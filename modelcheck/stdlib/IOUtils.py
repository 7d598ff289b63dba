"""Overrides, to come."""
