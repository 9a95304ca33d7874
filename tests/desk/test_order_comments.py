"""What is said about an order: among those who see orders, and nobody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.desk import models
from tests.desk.selling import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def browser(shop: Shop, who: str) -> Client:
    client = Client()
    client.force_login(shop.people[who])
    return client


def stranger(shop: Shop) -> models.Person:
    """Of no team that validates orders."""
    return models.Person.objects.create_user("ines.roth@example.com", name="Ines Roth")


def said(client: Client, row: models.Order, text: str) -> tuple[int, str]:
    answer = client.post("/comments/", {"on": f"order:{row.pk}", "text": text})
    return answer.status_code, answer.content.decode()


def test_who_is_named_comes_to_the_comment_beside_the_order(shop: Shop) -> None:
    row, sam = shop.order(number="O-77"), browser(shop, "sam")
    assert said(sam, row, "@Fay Morgan, is this the right address?")[0] == 302
    (comment,) = models.Comment.objects.all()
    (notice,) = models.Notice.objects.filter(sort="mention")
    assert (notice.person, notice.title) == (shop.people["fay"], "Sam Keller mentions you: order O-77")
    fay = browser(shop, "fay")
    answer = fay.get(f"/notices/{notice.pk}/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/orders/{row.pk}/comments/#comment-{comment.pk}"
    assert '<span class="mention">@Fay Morgan</span>, is this the right address?' in answer.content.decode()
    assert 'Comments <span class="count">1</span></a>' in fay.get(f"/orders/{row.pk}/").content.decode()


def test_who_does_not_see_orders_is_not_named_in_one(shop: Shop) -> None:
    row, sam = shop.order(), browser(shop, "sam")
    stranger(shop)
    status, page = said(sam, row, "@Ines Roth and @Fay Morgan: 35 % off!")
    assert status == 422
    assert "Ines Roth does not see orders, and could not read this. Name somebody who does." in page
    assert "@Ines Roth and @Fay Morgan: 35 % off!" in page
    assert not models.Comment.objects.exists()
    assert said(sam, row, "Mine")[0] == 302
    (comment,) = models.Comment.objects.all()
    changed = sam.post(f"/comments/{comment.pk}/change/", {"text": "@Ines Roth"})
    assert changed.status_code == 422
    assert "Ines Roth does not see orders" in changed.content.decode()


def test_who_does_not_see_orders_reads_nothing_said_about_one(shop: Shop) -> None:
    row, sam = shop.order(), browser(shop, "sam")
    said(sam, row, "35 % off")
    (comment,) = models.Comment.objects.all()
    client = Client()
    client.force_login(stranger(shop))
    refused = [
        client.get(f"/orders/{row.pk}/comments/"),
        client.get(f"/comments/{comment.pk}/"),
        client.post("/comments/", {"on": f"order:{row.pk}", "text": "Hello"}),
        client.post(f"/comments/{comment.pk}/change/", {"text": "Yours"}),
    ]
    assert [(one.status_code, "35 % off" in one.content.decode()) for one in refused] == [(403, False)] * 4
    assert models.Comment.objects.get().text == "35 % off"


def test_only_orders_that_there_are_can_be_spoken_of(shop: Shop) -> None:
    row, sam = shop.order(), browser(shop, "sam")
    sent = [{"on": "order:999999"}, {"on": "order:x"}, {"on": f"order:{row.pk}", "about": "step:x"}]
    assert [sam.post("/comments/", {**one, "text": "Hello"}).status_code for one in sent] == [404, 404, 404]


def test_what_is_taken_back_is_counted_no_more(shop: Shop) -> None:
    row, sam = shop.order(), browser(shop, "sam")
    said(sam, row, "A slip")
    sam.post(f"/comments/{models.Comment.objects.get().pk}/change/", {"do": "take-back"})
    page = sam.get(f"/orders/{row.pk}/comments/").content.decode()
    assert ("Taken back." in page, "A slip" in page, 'Comments <span class="count">' in page) == (True, False, False)


def test_pages_take_as_many_queries_whatever_is_said(shop: Shop) -> None:
    row, sam = shop.order(), browser(shop, "sam")
    counts = []
    for number in range(3):
        said(sam, row, f"{number}: @Fay Morgan")
        for path in (f"/orders/{row.pk}/comments/", f"/orders/{row.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert sam.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[2:4] == counts[4:6]
