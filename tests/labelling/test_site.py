"""The labelling site, as raters and programs use it."""

import re

import pytest
from labels import Person, draw_faces, open_site

from app.labelling.database import writing
from app.labelling.raters import list_raters
from app.labelling.site import create_site
from app.labelling.turns import Rules, lapse
from app.labelling.voting import standing


def votes_of(labelling):
    with labelling.engine.connect() as connection:
        return standing(connection)


def test_whoever_has_no_link_sees_no_page_no_picture_and_no_figures(site, labelling):
    client = site.test_client()
    Person(site).next()
    for path in ("/you", "/pictures/1/face.jpg", "/pictures/1/photo.jpg", "/results", "/results/1/face.jpg"):
        assert client.get(path).status_code in (401, 403), path
    for path in ("/api/next", "/api/results", "/api/raters", "/votes.csv"):
        assert client.get(path).status_code in (401, 403), path
    for path in ("/join/wrong", "/r/wrong", "/operator/wrong", f"/operator/{labelling.join_token}"):
        assert client.get(path).status_code == 404, path
    assert client.get("/").status_code == 401
    assert "Ask the person who runs it" in client.get("/").text
    assert client.post("/api/raters", json={"join": "wrong", "name": "Eve"}).status_code == 403


def test_a_rater_joins_by_the_link_sees_a_face_and_votes(site, labelling):
    assert "Lend us your eyes" in site.test_client().get(f"/join/{labelling.join_token}").text
    anna = Person(site)
    ahead = anna.next()
    assert len(ahead["faces"]) == 3
    assert ahead["progress"] == {"done": 0, "left": 6}
    picture = anna.client.get(ahead["faces"][0]["picture"])
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cache-Control"] == "private, max-age=600"
    assert ahead["faces"][0]["photo"] is None
    after = anna.vote(ahead["faces"][0]["face"], ["pain"]).json
    assert after["progress"] == {"done": 1, "left": 5}
    assert ahead["faces"][0]["face"] not in [face["face"] for face in after["faces"]]
    assert [vote[2] for vote in votes_of(labelling)] == ["pain"]


def test_a_rater_goes_on_elsewhere_by_a_link_of_their_own(site):
    anna = Person(site)
    held = anna.next()
    there = site.test_client()
    assert there.get(anna.reply.json["link"]).headers["Location"] == "/"
    assert there.get("/api/next").json == held


def test_an_invited_rater_agrees_before_a_face_is_shown(site, labelling):
    operator = site.test_client()
    operator.get(f"/operator/{labelling.operator_token}")
    link = operator.post("/api/invites", json={"name": "Ben"}).json["link"]
    ben = site.test_client()
    ben.get(link)
    assert "What is kept" in ben.get("/").text
    assert ben.get("/api/next").status_code == 401
    assert ben.post("/api/raters", json={}).json == {"name": "Ben"}
    assert len(ben.get("/api/next").json["faces"]) == 3


def test_a_new_link_for_a_rater_ends_the_old_one(site, labelling):
    anna = Person(site)
    operator = site.test_client()
    operator.get(f"/operator/{labelling.operator_token}")
    number = operator.get("/api/raters").json[0]["id"]
    link = operator.post("/api/invites", json={"rater": number}).json["link"]
    assert anna.client.get("/api/next").status_code == 401
    assert anna.client.get(link).status_code == 302
    assert anna.client.get("/api/next").status_code == 200
    assert operator.post("/api/invites", json={"rater": 99}).status_code == 404


def test_no_reply_to_a_rater_tells_another_s_answer_or_the_network_s(site):
    anna, ben = Person(site), Person(site, "Ben")
    for face in anna.next()["faces"]:
        anna.vote(face["face"], ["pain"])
    for reply in (ben.next(), ben.vote(ben.next()["faces"][0]["face"], ["doubt"]).json, ben.undo()):
        assert set(reply) == {"faces", "progress", "looking"}
        assert all(set(face) == {"face", "picture", "photo"} for face in reply["faces"])


def test_a_vote_on_two_words_can_t_tell_and_no_face_are_kept_as_such(site, labelling):
    anna = Person(site)
    faces = [face["face"] for face in anna.next()["faces"]]
    for face, answer in zip(faces, (["pain", "doubt"], "cant_tell", "no_face"), strict=True):
        assert anna.vote(face, answer).status_code == 200
    kept = {face: answer for face, _rater, answer in votes_of(labelling)}
    assert [kept[face] for face in faces] == ["doubt,pain", "cant_tell", "no_face"]


def test_undo_gives_the_last_face_back_and_goes_on_to_the_one_before(site, labelling):
    anna = Person(site)
    first, second = (face["face"] for face in anna.next()["faces"][:2])
    anna.vote(first, ["pain"])
    anna.vote(second, ["doubt"])
    assert anna.undo()["faces"][0]["face"] == second
    assert anna.undo()["faces"][0]["face"] == first
    assert votes_of(labelling) == []
    assert anna.vote(first, ["neutral"]).json["progress"]["done"] == 1
    assert [vote[2] for vote in votes_of(labelling)] == ["neutral"]
    anna.undo()
    assert anna.undo()["progress"] == {"done": 0, "left": 6}


def test_the_same_vote_sent_twice_is_kept_once_and_the_first_answer_counts(site, labelling):
    anna = Person(site)
    face = anna.next()["faces"][0]["face"]
    assert anna.vote(face, ["pain"], "same-key-1").status_code == 200
    assert anna.vote(face, ["doubt"], "same-key-1").status_code == 200
    assert [vote[2] for vote in votes_of(labelling)] == ["pain"]


def test_each_face_goes_to_as_many_people_as_told_and_the_least_rated_come_first(site, labelling):
    people = [Person(site, name) for name in ("Anna", "Ben", "Cleo")]
    given = []
    for _ in range(6):
        for person in people:
            if ahead := person.next()["faces"]:
                given.append(ahead[0]["face"])
                person.vote(ahead[0]["face"], ["pain"])
    assert sorted(given) == sorted([*range(1, 7)] * 2)
    assert len(votes_of(labelling)) == 12
    assert people[0].next()["faces"] == []


def test_two_raters_see_the_faces_in_different_orders(tmp_path):
    draw_faces(tmp_path, 30)
    site = create_site(open_site(tmp_path, rules=Rules(raters=2)))
    orders = []
    for name in ("Anna", "Ben"):
        person, order = Person(site, name), []
        while faces := person.next()["faces"]:
            order.append(faces[0]["face"])
            person.vote(order[-1], ["pain"])
        orders.append(order)
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(1, 31))
    assert orders[0] != orders[1]


def test_the_network_s_doubt_comes_first_where_the_operator_wants_it(tmp_path):
    draw_faces(tmp_path, 60)
    labelling = open_site(tmp_path, rules=Rules(raters=1, first="unsure"))
    person = Person(create_site(labelling))
    seen = []
    for _ in range(10):
        seen.append(person.next()["faces"][0]["face"])
        person.vote(seen[-1], ["pain"])
    with labelling.engine.connect() as connection:
        margins = dict(connection.exec_driver_sql("SELECT id, margin FROM items").all())
    among = sorted(margins.values())
    assert all(margins[face] <= among[len(seen) + 20 + 3] for face in seen)
    assert seen != sorted(seen, key=margins.get)


def test_a_face_that_was_not_answered_goes_to_another_after_a_while_and_a_late_vote_counts(tmp_path):
    draw_faces(tmp_path, 1)
    labelling = open_site(tmp_path, rules=Rules(raters=1))
    site = create_site(labelling)
    anna, ben = Person(site), Person(site, "Ben")
    face = anna.next()["faces"][0]["face"]
    assert ben.next()["faces"] == []
    with writing(labelling.engine) as connection:
        lapse(connection, age_s=-1)
    assert [each["face"] for each in ben.next()["faces"]] == [face]
    assert anna.vote(face, ["pain"]).status_code == 200
    assert ben.vote(face, ["doubt"]).status_code == 200
    assert sorted(vote[2] for vote in votes_of(labelling)) == ["doubt", "pain"]


def test_who_withdraws_leaves_nothing_and_their_faces_go_to_others(site, labelling):
    anna = Person(site, "Anna of the Hill")
    for _ in range(6):
        anna.vote(anna.next()["faces"][0]["face"], ["pain"])
    assert b"Anna of the Hill" in b"".join(path.read_bytes() for path in labelling.folder.glob("labels.sqlite*"))
    assert anna.client.post("/api/withdraw", json={}).json == {"withdrawn": True}
    assert anna.client.get("/api/next").status_code == 401
    assert votes_of(labelling) == []
    assert b"Anna of the Hill" not in b"".join(path.read_bytes() for path in labelling.folder.glob("labels.sqlite*"))
    with labelling.engine.connect() as connection:
        assert list_raters(connection) == []
        assert connection.exec_driver_sql("SELECT sum(load) FROM items").scalar() == 0
    assert len(Person(site, "Ben").next()["faces"]) == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "face is a face's number"),
        ({"face": "1", "answer": ["pain"], "key": "12345678"}, "face is a face's number"),
        ({"face": 1, "answer": ["pain"]}, "key is 8 to 36"),
        ({"face": 1, "answer": ["pain"], "key": "../../../etc"}, "key is 8 to 36"),
        ({"face": 1, "answer": [], "key": "12345678"}, "a list of words"),
        ({"face": 1, "answer": "pain", "key": "12345678"}, "a list of words"),
        ({"face": 1, "answer": [["pain"]], "key": "12345678"}, "a list of words"),
        ({"face": 1, "answer": ["joy"], "key": "12345678"}, "'joy' is not among the words doubt, pain, neutral"),
        ([], "a JSON object"),
    ],
)
def test_a_vote_of_the_wrong_shape_is_refused_in_words(site, labelling, content, words):
    anna = Person(site)
    anna.next()
    reply = anna.client.post("/api/votes", json=content)
    assert reply.status_code == 400
    assert reply.mimetype == "application/problem+json"
    assert words in reply.json["detail"]
    assert votes_of(labelling) == []


def test_a_vote_or_a_picture_of_a_face_that_was_not_given_is_refused(site):
    anna = Person(site)
    held = {face["face"] for face in anna.next()["faces"]}
    other = next(number for number in range(1, 7) if number not in held)
    assert anna.vote(other, ["pain"]).status_code == 409
    for number in (other, 0, 2**40):
        assert anna.client.get(f"/pictures/{number}/face.jpg").status_code == 404
    assert anna.client.get("/pictures/..%2F0001.png/face.jpg").status_code == 404


def test_what_another_site_s_form_can_send_is_refused(site):
    anna = Person(site)
    for path in ("/api/votes", "/api/undo", "/api/withdraw", "/api/raters"):
        reply = anna.client.post(path, data="{}", content_type="text/plain")
        assert reply.status_code == 415, path


def test_names_are_text_of_a_sensible_length(site, labelling):
    client = site.test_client()
    for name in ("", "   ", "x" * 61, "a\u202eb"):
        reply = client.post("/api/raters", json={"join": labelling.join_token, "name": name})
        assert reply.status_code == 400, name
    assert Person(site, "Ольга  🙂 李").reply.json["name"] == "Ольга 🙂 李"


def test_every_reply_forbids_foreign_code_referrers_and_the_camera(site, labelling):
    anna = Person(site)
    for path in ("/", "/you", f"/join/{labelling.join_token}", "/api/next", "/static/rate.js", "/nothing"):
        with anna.client.get(path) as reply:
            headers = reply.headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]


def test_no_page_holds_inline_code_or_style(site, labelling):
    anna = Person(site)
    anna.client.get(f"/operator/{labelling.operator_token}")
    for path in ("/", "/you", "/results", f"/join/{labelling.join_token}"):
        page = anna.client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(src=|application/json))", page), path


def test_requests_beyond_the_limits_are_refused(labelling):
    site = create_site(labelling, {"joins": "2 per minute", "votes": "1 per minute", "pictures": "1 per minute"})
    anna, _ben, cleo = Person(site), Person(site, "Ben"), Person(site, "Cleo")
    assert cleo.reply.status_code == 429
    face = anna.next()["faces"][0]
    assert [anna.vote(face["face"], ["pain"]).status_code for _ in range(2)] == [200, 429]
    assert [anna.client.get(face["picture"]).status_code for _ in range(2)] == [200, 429]


def test_tokens_can_t_be_guessed_and_are_not_kept(site, labelling):
    anna = Person(site)
    token = anna.reply.json["link"].rpartition("/")[2]
    assert len(token) >= 32
    assert len(labelling.join_token) >= 32
    database = b"".join(path.read_bytes() for path in labelling.folder.glob("labels.sqlite*"))
    assert token.encode() not in database


def test_the_cookie_is_out_of_a_script_s_reach_and_secure_behind_https(site, labelling):
    content = {"join": labelling.join_token, "name": "Anna"}
    cookie = site.test_client().post("/api/raters", json=content).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secure = site.test_client().post("/api/raters", json=content, base_url="https://labels.test")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_below_a_path_of_a_proxy_all_addresses_lie_below_it(labelling):
    client = create_site(labelling, proxies=1).test_client()
    proxy = {"X-Forwarded-Prefix": "/labels", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"}
    content = {"join": labelling.join_token, "name": "Anna"}
    link = client.post("/api/raters", json=content, headers=proxy).json["link"]
    assert link.startswith("https://example.org/labels/r/")
    client.set_cookie("rater", link.rpartition("/")[2])
    page = client.get("/", headers=proxy).text
    assert 'src="/labels/static/rate.js"' in page
    assert not re.search(r'(src|href)="/(?!labels/)', page)
    assert client.get("/api/next", headers=proxy).json["faces"][0]["picture"].startswith("/labels/pictures/")


def test_a_picture_that_is_gone_is_told_and_its_face_is_given_out_no_more(site, labelling, folder):
    anna = Person(site)
    gone = anna.next()["faces"][0]
    for path in folder.glob("*.png"):
        path.write_bytes(b"something else")
    assert anna.client.get(gone["picture"]).status_code == 410
    assert gone["face"] not in [face["face"] for face in anna.next()["faces"]]


def test_the_operator_s_notice_and_texts_stand_on_the_pages(folder):
    labelling = open_site(folder, notice="Study 7 of the University", texts=_german())
    page = create_site(labelling).test_client().get(f"/join/{labelling.join_token}").text
    assert "Study 7 of the University" in page
    assert '<html lang="de"' in page
    assert "Los geht’s" in page


def _german():
    from app.labelling.texts import translated

    return translated({"language": "de", "join_go": "Los geht’s"})
