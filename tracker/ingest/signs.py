"""What the server sees in a request that says who sent it, by name. PURE.

A visit keeps the names of all that its requests showed; `tracker.ingest.screen` says what follows. A name it
does not know speaks for a machine.
"""

from __future__ import annotations

# Of a machine.
NO_FETCH_HEADERS = "browser without the headers that it sends"
HEADLESS = "browser says that it has no window"
HIDDEN_LINK = "followed the hidden link"
"""In the same browser."""
LISTED_PROGRAM = "user agent is on your list of programs"

# Of a machine or of a person: hence a demotion, no verdict.
HOSTING = "address of a hosting company"
SECURITY = "address from which mails are checked"
HIDDEN_LINK_NEAR = "somebody like it followed the hidden link"
"""With the same address and user agent: it may have been another."""

# Of our own people.
OFFICE = "address of our office"
OWN_BROWSER = "a browser of our own people"
OWN_PERSON = "a person of our own company"

DEMOTING = frozenset({HOSTING, SECURITY, HIDDEN_LINK_NEAR})
OWN = frozenset({OFFICE, OWN_BROWSER, OWN_PERSON})
REDERIVED = frozenset({OFFICE, SECURITY, LISTED_PROGRAM})
"""What follows from the table of senders, so that a changed table can be applied to stored visits."""
