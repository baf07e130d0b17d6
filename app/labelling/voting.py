"""Votes: appended, never changed; a rater's last vote on a face stands."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update

from app.labelling.schema import items, turns, votes
from app.labelling.words import CANT_TELL, NO_FACE


class BadVote(Exception):
    """A vote can't be stored; the text says what was expected and what came."""


class NoTurn(Exception):
    """A rater voted on a face that they were not given."""


def join_words(answer, offered):
    """An answer in stored form: words of `offered` joined by commas, "cant_tell" or "no_face". Raises BadVote."""
    if answer in (CANT_TELL, NO_FACE):
        return answer
    if not isinstance(answer, list) or not answer or not all(isinstance(word, str) for word in answer):
        raise BadVote(f"an answer is a list of words, or {CANT_TELL}, or {NO_FACE}")
    if strange := sorted(set(answer) - set(offered)):
        raise BadVote(f"{strange[0][:40]!r} is not among the words {', '.join(offered)}")
    return ",".join(word for word in offered if word in answer)


def shares(answer):
    """The shares of the rater's one vote in a stored answer: {column: share}; empty for an undone vote."""
    chosen = answer.split(",") if answer else []
    return {column: 1 / len(chosen) for column in chosen}


def vote(connection, rater_id, key, item_id, answer):
    """Stores an answer from `join_words`. The same `key` again changes nothing. Raises NoTurn."""
    if connection.scalar(select(votes.c.id).where(votes.c.rater_id == rater_id, votes.c.key == key)) is not None:
        return
    this = (turns.c.rater_id == rater_id, turns.c.item_id == item_id)
    turn = connection.execute(select(turns).where(*this)).first()
    if turn is None:
        raise NoTurn("this face was not given to you")
    vote_id = _append(connection, rater_id, key, item_id, answer)
    connection.execute(update(turns).where(*this).values(vote_id=vote_id, has_lapsed=False))
    if turn.has_lapsed:
        connection.execute(update(items).where(items.c.id == item_id).values(load=items.c.load + 1))


def undo(connection, rater_id, key):
    """Undoes a rater's latest standing vote; returns the number of its face, which the rater gets again, or None."""
    again = connection.execute(select(votes.c.item_id).where(votes.c.rater_id == rater_id, votes.c.key == key)).first()
    if again:
        return again.item_id
    latest = connection.execute(
        select(turns.c.item_id)
        .where(turns.c.rater_id == rater_id, turns.c.vote_id.is_not(None))
        .order_by(turns.c.vote_id.desc())
        .limit(1)
    ).first()
    if latest is None:
        return None
    _append(connection, rater_id, key, latest.item_id, "")
    this = (turns.c.rater_id == rater_id, turns.c.item_id == latest.item_id)
    connection.execute(update(turns).where(*this).values(vote_id=None, handed_at=datetime.now(UTC)))
    return latest.item_id


def standing(connection):
    """The standing votes, computed from the log alone: (item's number, rater's number, answer), ordered by both."""
    last = select(func.max(votes.c.id)).group_by(votes.c.item_id, votes.c.rater_id)
    rows = connection.execute(
        select(votes.c.item_id, votes.c.rater_id, votes.c.answer)
        .where(votes.c.id.in_(last), votes.c.answer != "")
        .order_by(votes.c.item_id, votes.c.rater_id)
    )
    return [tuple(row) for row in rows]


def _append(connection, rater_id, key, item_id, answer):
    values = {"rater_id": rater_id, "key": key, "item_id": item_id, "answer": answer, "at": datetime.now(UTC)}
    return connection.execute(insert(votes).values(values)).inserted_primary_key[0]
