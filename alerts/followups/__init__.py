"""Follow-ups: what a lost deal asks of its rep in the weeks and years after."""
