"""The pages escape HTML in texts from the operator and from a model's card."""

import json

from fakes import FakeAnalyser, make_card

from app import create_app

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"


def pages(**settings):
    analyser = FakeAnalyser("study")
    classifier = analyser.models.get("study")
    card = make_card("study").to_json() | {"title": EVIL, "label": EVIL}
    classifier.card = analyser.models.cards["study"] = type(classifier.card).from_json(card)
    client = create_app(settings, analyser).test_client()
    return [client.get(path).get_data(as_text=True) for path in ("/", "/photo", "/models", "/privacy")]


def test_html_in_notice_and_card_is_text():
    for page in pages(NOTICE=EVIL):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in page.partition("alert(2)")[2][:40]
    assert "&lt;script&gt;alert(1)" in page


def test_html_in_a_card_cannot_end_the_data_that_a_page_carries():
    for page in pages():
        for data in page.split('type="application/json"')[1:]:
            json.loads(data.partition(">")[2].partition("</script>")[0])
