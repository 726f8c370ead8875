"""Whom somebody looks for: a filter of prospects, who matches it, and filters kept under a name."""
