"""The form of an item: read as it was typed, and filled with what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.content.addresses import LENGTH, read_address
from alerts.content.library import OFFERED_TOPICS, ItemWords, read_title, read_topics
from alerts.words import ContentKind
from tracker.web.edits import version_of
from tracker.web.forms import FieldError, Filled, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from werkzeug.datastructures import MultiDict

    from alerts.models import ContentItem

KINDS = (
    (str(ContentKind.HELPFUL), "Helpful, whether they buy or not"),
    (str(ContentKind.PRODUCT), "About the product"),
)
KIND_WORDS = {ContentKind.HELPFUL: "Helpful", ContentKind.PRODUCT: "About the product"}
LABELS = {"title": "Title", "url": "Address", "kind": "What for", "topics": "Topics"}


def typed(given: MultiDict[str, str]) -> Filled:
    """Keep what was typed; an address may be longer than other fields."""
    form = Filled.of(given, "title", "kind", "others", several=("topics",))
    form.values["url"] = seen(given.get("url", ""))[: LENGTH + 1]
    return form


def blank() -> Filled:
    """Begin with nothing: most of what is worth sending is helpful."""
    values = {"title": "", "url": "", "others": "", "kind": str(ContentKind.HELPFUL)}
    return Filled(values, {"topics": []})


def filled(item: ContentItem, topics: Iterable[str]) -> Filled:
    """Fill it with what is there."""
    values = {"title": item.title, "url": item.url, "kind": str(item.kind), "others": ""}
    return Filled(values, {"topics": list(topics)})


def offered(there: Sequence[str], form: Filled) -> list[tuple[str, str]]:
    """Give the topics to choose from: those there are, and always those that are chosen."""
    both = sorted({*there[:OFFERED_TOPICS], *form.chosen["topics"]})
    return [(topic, topic) for topic in both]


def version(item: ContentItem) -> str:
    """Name what its editor was shown."""
    return version_of({"version": item.version})


def read(form: Filled) -> ItemWords | None:
    """Read it; None, and a problem beside each field that cannot be."""
    title, url = form.take("title", read_title), form.take("url", read_address)
    kind = form.take("kind", _kind)
    # Beside the ticks, where both ways of naming topics are seen.
    topics = form.check("topics", lambda: read_topics(form.chosen["topics"], form.values["others"]))
    if title is None or url is None or kind is None or topics is None or form.problems:
        return None
    return ItemWords(title, url, kind, topics)


def _kind(text: str) -> ContentKind:
    if text not in set(ContentKind):
        msg = "Choose what it is for"
        raise FieldError(msg)
    return ContentKind(text)
