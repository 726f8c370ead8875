"""Talks about lost deals: why they said no, when to call, and what the rep would do otherwise."""
