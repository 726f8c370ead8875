"""Two who store the same at the same moment: the second looks again, and is told of the first."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
LOOKS = 3
"""Times that the same is tried: after the first, what another stored meanwhile is there to be found."""


def looking_again(answer: Callable[P, T]) -> Callable[P, T]:
    """Let a page that stores something start anew where another stored the same since it looked.

    On PostgreSQL two transactions do not see each other's new rows: only a key that may be there once tells.
    The page must read all that it needs anew, and leave nothing behind where it fails.
    """

    @wraps(answer)
    def answered(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(LOOKS - 1):
            try:
                return answer(*args, **kwargs)
            except IntegrityError:
                continue
        return answer(*args, **kwargs)

    return answered
