"""The monthly review: what a month's lost deals and those of twelve months tell, read together by managers.

`figures` counts, from rows that `losses`, `calls`, `talks` and `intents` read; `complaints` and `patterns`
say what is more than single voices, `weights` what the points of intent might be; `notes` keeps what a
session said and decided, and `mailing` tells managers on the first working day of the month.
"""
