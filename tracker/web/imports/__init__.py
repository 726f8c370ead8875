"""*Import*: a file is uploaded, looked at, stored, and taken back."""

from tracker.web.imports.room import IMPORTS, imports_room

__all__ = ["IMPORTS", "imports_room"]
