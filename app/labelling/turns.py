"""Hands out faces to raters: each face to N raters, faces with the fewest raters first, in random order."""

import math
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, func, insert, select, update

from app.labelling.schema import items, pictures, raters, turns

LAPSE_S = 600
"""Seconds after which a face that was given to someone who did not answer may go to another."""

UNSURE = 20
"""With `first="unsure"` the next face is drawn at random from this many on which the network is least sure."""


@dataclass(frozen=True)
class Rules:
    """How faces are handed out: each to `raters` people; `first` is "random", or "unsure" for small margins first."""

    raters: int = 3
    first: str = "random"


@dataclass(frozen=True)
class Item:
    """A face in a picture: its box in pixels of the upright picture, the picture's sha256 and path."""

    id: int
    picture_id: int
    sha256: str
    path: str
    box: tuple[int, int, int, int]
    tilt_deg: float

    @classmethod
    def of(cls, row):
        box = (row.x, row.y, row.width, row.height)
        return cls(row.id, row.picture_id, row.sha256, row.path, box, row.tilt_deg)


def lock(connection, rater_id):
    """Makes a rater's requests wait for each other, since one person may use two telephones at once.

    On SQLite it does nothing, because only one transaction writes at a time.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(raters.c.id).where(raters.c.id == rater_id).with_for_update())


def open_items(connection, rater_id):
    """The Items that a rater was given and has not answered, in the order in which they were given."""
    rows = connection.execute(
        _faces()
        .join(turns, turns.c.item_id == items.c.id)
        .where(turns.c.rater_id == rater_id, turns.c.vote_id.is_(None), ~turns.c.has_lapsed, items.c.is_offered)
        .order_by(turns.c.handed_at, items.c.id)
    )
    return [Item.of(row) for row in rows]


def hand_out(connection, rater_id, rules, count):
    """At most `count` open Items of a rater; hands out new ones where there are fewer."""
    held = open_items(connection, rater_id)
    while len(held) < count and (item := _pick(connection, rater_id, rules)) is not None:
        if _take(connection, rater_id, item.id, rules):  # where others were quicker, the next pick is another
            held.append(item)
    return held[:count]


def find_item(connection, item_id):
    """The Item of a number, or None."""
    row = connection.execute(_faces().where(items.c.id == item_id)).first()
    return Item.of(row) if row else None


def is_given(connection, rater_id, item_id):
    """Whether a rater has, or had, this face."""
    turn = exists().where(turns.c.rater_id == rater_id, turns.c.item_id == item_id)
    return connection.scalar(select(turn))


def lapse(connection, age_s=LAPSE_S):
    """Takes back the faces that were given out more than `age_s` ago and never answered."""
    late = datetime.now(UTC) - timedelta(seconds=age_s)
    is_late = (~turns.c.has_lapsed, turns.c.vote_id.is_(None), turns.c.handed_at < late)
    for rater_id, item_id in connection.execute(select(turns.c.rater_id, turns.c.item_id).where(*is_late)).all():
        this = (turns.c.rater_id == rater_id, turns.c.item_id == item_id)
        if connection.execute(update(turns).where(*this, *is_late).values(has_lapsed=True)).rowcount:
            connection.execute(update(items).where(items.c.id == item_id).values(load=items.c.load - 1))


class Free:
    """Counts the faces that still need raters. Counting very many is slow, so that count may be a few seconds old."""

    def __init__(self, rules, exact_to=2000, age_s=3.0):
        self._condition = (items.c.is_offered, items.c.load < rules.raters)
        self._exact_to = exact_to
        self._age_s = age_s
        self._count, self._counted_s = 0, -math.inf

    def count(self, connection):
        """The number of faces that have fewer raters than wanted."""
        now_s = time.monotonic()
        if self._count <= self._exact_to or now_s > self._counted_s + self._age_s:
            self._count = connection.scalar(select(func.count()).select_from(items).where(*self._condition))
            self._counted_s = now_s
        return self._count


def progress(connection, rater_id, rules, free):
    """A rater's progress, {"done", "left"}: faces answered, and faces that they may still get. `free` is a Free."""
    held = ~turns.c.has_lapsed & items.c.is_offered
    done, seen, unanswered = connection.execute(
        select(
            func.count(turns.c.vote_id),
            func.count().filter(held & (items.c.load < rules.raters)),
            func.count().filter(held & turns.c.vote_id.is_(None)),
        )
        .select_from(turns.join(items, turns.c.item_id == items.c.id))
        .where(turns.c.rater_id == rater_id)
    ).one()
    return {"done": done, "left": max(0, free.count(connection) - seen + unanswered)}


def _take(connection, rater_id, item_id, rules):
    free = (items.c.id == item_id, items.c.load < rules.raters)
    if not connection.execute(update(items).where(*free).values(load=items.c.load + 1)).rowcount:
        return False
    values = {"handed_at": datetime.now(UTC), "has_lapsed": False, "vote_id": None}
    this = (turns.c.rater_id == rater_id, turns.c.item_id == item_id)
    if not connection.execute(update(turns).where(*this).values(values)).rowcount:
        connection.execute(insert(turns).values(rater_id=rater_id, item_id=item_id, **values))
    return True


def _faces():
    face = (items.c.id, items.c.picture_id, items.c.x, items.c.y, items.c.width, items.c.height, items.c.tilt_deg)
    return select(*face, pictures.c.sha256, pictures.c.path).join(pictures, items.c.picture_id == pictures.c.id)


def _pick(connection, rater_id, rules):
    """An Item for a rater, or None: of those with the fewest raters, at random or by margin."""
    theirs = exists().where(turns.c.rater_id == rater_id, turns.c.item_id == items.c.id, ~turns.c.has_lapsed)
    for load in range(rules.raters):
        free = _faces().where(items.c.is_offered, items.c.load == load, ~theirs)
        if rules.first == "unsure":
            found = connection.execute(free.order_by(items.c.margin).limit(UNSURE)).all()
        else:
            found = _next_by_chance(connection, free)
        if found:
            return Item.of(random.choice(found))
    return None


def _next_by_chance(connection, free):
    # The first face after a random place on the circle of all faces: an index finds it at once among any number.
    ordered = free.order_by(items.c.shuffle).limit(1)
    found = connection.execute(ordered.where(items.c.shuffle >= random.random())).all()
    return found or connection.execute(ordered).all()
