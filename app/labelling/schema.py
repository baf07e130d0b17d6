"""The tables. `migrations/` creates them; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are named, so that a migration can name them on any database."""

metadata = MetaData(naming_convention=NAMES)

_BIG_KEY = BigInteger().with_variant(Integer, "sqlite")  # SQLite increments only INTEGER columns

site = Table("site", metadata, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False))
"""The site's own values: the secret from which its links are made."""

words = Table(
    "words",
    metadata,
    Column("word", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("shown", Text, nullable=False),
    Column("means", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("is_offered", Boolean, nullable=False),
)
"""The words that raters choose from, and earlier words that have votes."""

pictures = Table(
    "pictures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("path", Text, nullable=False, index=True),
    Column("bytes", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("trouble", Text, nullable=False),
)
"""Every scanned picture, identified by its content; `path` lies below the folder, its parts joined by /."""

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("picture_id", ForeignKey("pictures.id"), nullable=False, index=True),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("tilt_deg", Float, nullable=False),
    Column("margin", Float, nullable=False),
    Column("shuffle", Float, nullable=False),
    Column("load", Integer, nullable=False),
    Column("is_offered", Boolean, nullable=False),
    Index("ix_items_random", "is_offered", "load", "shuffle"),
    Index("ix_items_unsure", "is_offered", "load", "margin"),
)
"""A face: a box in a picture. `load` counts the raters who have it or have answered it, `margin` is the network's
largest probability less its second largest, `shuffle` a random number in 0 to 1."""

raters = Table(
    "raters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("agreed_at", DateTime(timezone=True)),
)
"""The raters. Of a token only the hash is stored."""

votes = Table(
    "votes",
    metadata,
    Column("id", _BIG_KEY, primary_key=True),
    Column("key", String(36), nullable=False),
    Column("rater_id", ForeignKey("raters.id"), nullable=False),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("rater_id", "key"),
    Index("ix_votes_item_rater", "item_id", "rater_id", "id"),
    sqlite_autoincrement=True,
)
"""Every answer in the order of arrival; rows are never changed. A rater's last answer to a face stands. `answer`
holds words joined by commas, "cant_tell", "no_face", or nothing where the rater took the vote back. `key` is made by
the rater's page: a vote that is sent twice is stored once."""

turns = Table(
    "turns",
    metadata,
    Column("rater_id", ForeignKey("raters.id"), primary_key=True),
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("handed_at", DateTime(timezone=True), nullable=False),
    Column("vote_id", _BIG_KEY),
    Column("has_lapsed", Boolean, nullable=False),
    Index("ix_turns_item_id", "item_id"),
    Index("ix_turns_rater_vote", "rater_id", "vote_id"),
    Index("ix_turns_open", "handed_at", sqlite_where=text("vote_id IS NULL"), postgresql_where=text("vote_id IS NULL")),
)
"""The faces given to each rater, with the vote that stands. A turn without a vote lapses after a while."""
