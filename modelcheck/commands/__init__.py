"""The commands of `tlapair` that need no implementation: one file each, imported when it is called."""
