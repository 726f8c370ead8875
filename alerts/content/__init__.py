"""What to send to whom, and why: a small library, what fits somebody, and what was sent."""
