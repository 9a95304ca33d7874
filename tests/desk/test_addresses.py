"""Addresses made quickly are those that Django makes."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix

from handrail.desk.web.addresses import address

CASES = (
    ("work", ()),
    ("handoff", (7,)),
    ("handoff", (1_000_000_000_001,)),
    ("step", (7, "describe-invoice-type@water-and-sewer")),
    ("step", (1_000_000_000_000, "stands-for-1")),
    ("runbook", ("account-transition",)),
    ("step", (7, "à la carte?")),
)


@pytest.mark.parametrize(("name", "args"), CASES)
def test_address_is_that_of_django(name: str, args: tuple[object, ...]) -> None:
    assert address(name, *args) == reverse(name, args=args)
    told = "{% url '" + name + "' " + " ".join(f"a{at}" for at in range(len(args))) + " %}"
    context = {f"a{at}": one for at, one in enumerate(args)}
    assert Template(told).render(Context(context)) == reverse(name, args=args)


def test_address_below_a_prefix_begins_with_it() -> None:
    set_script_prefix("/desk/")
    try:
        assert address("handoff", 7) == "/desk/handoffs/7/"
    finally:
        set_script_prefix("/")


def test_address_that_there_is_not_is_told_as_django_tells_it() -> None:
    with pytest.raises(NoReverseMatch):
        address("handoff", "seven")
    with pytest.raises(NoReverseMatch):
        Template("{% url 'nowhere' 1 %}").render(Context())
    assert Template("{% url 'nowhere' 1 as found %}[{{ found }}]").render(Context()) == "[]"
    assert Template("{% url 'handoff' 7 as found %}[{{ found }}]").render(Context()) == "[/handoffs/7/]"
