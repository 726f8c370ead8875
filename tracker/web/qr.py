"""A link as a picture that phones read, for a handwritten note."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Response

SCALE, BORDER = 6, 4
"""Pixels of a module, and modules of the quiet zone (ISO/IEC 18004)."""
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def drawn(link: str, kind: str, saved_as: str = "") -> Response:
    """Draw a link as one of `KINDS`; `saved_as`: the name, without its end, of the file that it becomes."""
    picture = BytesIO()
    look = {"svgclass": None, "lineclass": None} if kind == "svg" else {}
    code = segno.make(link, micro=False)
    code.save(picture, kind=kind, scale=SCALE, border=BORDER, dark="#000", light="#fff", **look)
    answer = Response(picture.getvalue(), mimetype=KINDS[kind])
    if saved_as:
        answer.headers.set("Content-Disposition", "attachment", filename=f"{saved_as}.{kind}")
    return answer
