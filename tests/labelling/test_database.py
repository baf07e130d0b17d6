"""The schema comes from the migrations, on SQLite and on PostgreSQL."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from labels import Person, draw_faces, open_site
from sqlalchemy import inspect

from app.labelling.database import BadDatabase, open_database, writing
from app.labelling.schema import metadata, turns, votes
from app.labelling.site import create_site
from app.labelling.voting import standing


def test_the_migrations_make_the_tables_that_the_code_knows(url):
    engine = open_database(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_a_database_opens_again_with_what_was_in_it(url, tmp_path):
    draw_faces(tmp_path, 3)
    first = open_site(tmp_path, url)
    anna = Person(create_site(first))
    anna.vote(anna.next()["faces"][0]["face"], ["pain"])
    first.engine.dispose()
    again = open_site(tmp_path, url)
    with again.engine.connect() as connection:
        assert [vote[2] for vote in standing(connection)] == ["pain"]
    assert again.join_token == first.join_token
    again.engine.dispose()


def test_a_transaction_that_fails_leaves_nothing(url):
    engine = open_database(url)

    def fail():
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO site (name, value) VALUES ('a', 'b')")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        fail()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM site").scalar() == 0
    engine.dispose()


def test_the_votes_that_stand_by_the_log_are_those_that_the_turns_name(url, tmp_path):
    draw_faces(tmp_path, 4)
    labelling = open_site(tmp_path, url)
    anna = Person(create_site(labelling))
    faces = [anna.next()["faces"][0]["face"]]
    anna.vote(faces[0], ["pain"])
    anna.vote(faces[0], ["doubt"])
    faces.append(anna.next()["faces"][0]["face"])
    anna.vote(faces[1], ["neutral", "pain"])
    anna.undo()
    anna.vote(faces[1], "no_face")
    with labelling.engine.connect() as connection:
        stand = {face: answer for face, _rater, answer in standing(connection)}
        named = connection.execute(
            turns.join(votes, votes.c.id == turns.c.vote_id).select().with_only_columns(votes.c.item_id, votes.c.answer)
        ).all()
        log = connection.exec_driver_sql("SELECT answer FROM votes ORDER BY id").scalars().all()
    assert stand == dict(tuple(row) for row in named) == {faces[0]: "doubt", faces[1]: "no_face"}
    assert log == ["pain", "doubt", "pain,neutral", "", "no_face"]
    labelling.engine.dispose()


@pytest.mark.parametrize("url", ["nonsense", "mystery://host/name"])
def test_a_url_of_no_database_is_refused_in_words(url):
    with pytest.raises(BadDatabase, match="names no database that can be opened"):
        open_database(url)
