"""Verdicts for readers: `text` for people, `json` for programs, `itf` for other tools that read traces."""
