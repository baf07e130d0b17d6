"""The raters: they join by a link, consent to the storage, continue elsewhere by their own link, and may withdraw."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select, update

from app.labelling.schema import items, raters, site, turns, votes

NAME_LETTERS = 60


@dataclass(frozen=True)
class Rater:
    """A rater; `has_agreed` is false until they have consented to the storage of their data."""

    id: int
    name: str
    has_agreed: bool


def site_token(connection, purpose):
    """A token that can't be guessed, the same at every start: for the link to "join" or that of the "operator"."""
    secret = connection.scalar(select(site.c.value).where(site.c.name == "secret"))
    if secret is None:
        secret = secrets.token_hex(32)
        connection.execute(insert(site).values(name="secret", value=secret))
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]


def add(connection, name):
    """Adds a rater; returns (Rater, token). Only the token's hash is stored."""
    token = secrets.token_urlsafe(24)
    values = {"name": name, "token_hash": _hash(token), "joined_at": datetime.now(UTC)}
    number = connection.execute(insert(raters).values(values)).inserted_primary_key[0]
    return Rater(number, name, has_agreed=False), token


def renew_token(connection, rater_id):
    """A new token for a rater, which invalidates the old one; None where there is no such rater."""
    token = secrets.token_urlsafe(24)
    changed = connection.execute(update(raters).where(raters.c.id == rater_id).values(token_hash=_hash(token)))
    return token if changed.rowcount else None


def find(connection, token):
    """The Rater who has this token, or None."""
    row = connection.execute(select(raters).where(raters.c.token_hash == _hash(token))).first()
    return Rater(row.id, row.name, row.agreed_at is not None) if row else None


def agree(connection, rater_id):
    """Notes that a rater consents to the storage of their data."""
    connection.execute(update(raters).where(raters.c.id == rater_id).values(agreed_at=datetime.now(UTC)))


def withdraw(connection, rater_id):
    """Deletes a rater with all their votes; their faces go to others."""
    held = select(turns.c.item_id).where(turns.c.rater_id == rater_id, ~turns.c.has_lapsed)
    connection.execute(update(items).where(items.c.id.in_(held)).values(load=items.c.load - 1))
    for table in (turns, votes):
        connection.execute(delete(table).where(table.c.rater_id == rater_id))
    connection.execute(delete(raters).where(raters.c.id == rater_id))


def list_raters(connection):
    """For each rater (id, name, joined_at, has agreed, how many of their votes stand), the first to join first."""
    standing = select(func.count(turns.c.vote_id)).where(turns.c.rater_id == raters.c.id).scalar_subquery()
    rows = connection.execute(
        select(raters.c.id, raters.c.name, raters.c.joined_at, raters.c.agreed_at.is_not(None), standing).order_by(
            raters.c.id
        )
    )
    return [tuple(row) for row in rows]


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
