"""Batches of deals to rows, set by set: what is known is found, what is new is added, nothing is doubled."""
