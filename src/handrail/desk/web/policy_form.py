"""The form in which the policy of a proposal is said.

One rule: what it shows is what the policy says; an empty bound is no bound.
"""

from typing import Any

from django import forms

from handrail.book.balancing.words import RULES
from handrail.book.policy import MEASURES, TRAITS, Policy, Trait
from handrail.desk import models
from handrail.desk.queries.people import choices
from handrail.desk.transfers.policies import Asked

_TRAITS: dict[Trait, str] = {"skills": "Skills", "language": "Language", "region": "Region", "zone": "Time zone"}
MOST_TEAMS = 300


def _weight(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100)


def _bound(label: str, most: int, says: str, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=required, help_text=says)


class PolicyForm(forms.Form):
    name = forms.CharField(label="Name of the proposal", max_length=80)
    must = forms.MultipleChoiceField(
        label="Must fit",
        choices=list(_TRAITS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody gets an account who lacks one of these. It is never traded for a wish.",
    )
    wish_skills = _weight("Skills")
    wish_language = _weight("Language")
    wish_region = _weight("Region")
    wish_zone = _weight("Time zone")
    continuity = _weight("Knows the customer")
    balance_accounts = _weight("Accounts")
    balance_mrr = _weight("MRR")
    balance_effort = _weight("Weighted effort")
    balance_handoffs = _weight("Open handoffs")
    most_growth = _bound("A book grows at most (%)", 1000, "Beyond the even share. Empty: without a bound.")
    rest_days = _bound("Rest after a change (days)", 3650, "Who changed hands within them stays.", required=True)
    most_moves = _bound("Moves at most", 1_000_000, "Of accounts that need not move. Empty: without a bound.")
    teams = forms.MultipleChoiceField(
        label="Teams that may get accounts", required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    people = forms.MultipleChoiceField(
        label="And single people", required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )

    def __init__(self, given: Any, *, asked: Asked, name: str) -> None:
        super().__init__(given, initial=initial_of(asked, name))
        teams, people = self.fields["teams"], self.fields["people"]
        assert isinstance(teams, forms.MultipleChoiceField), "It is made so."
        assert isinstance(people, forms.MultipleChoiceField), "It is made so."
        teams.choices = list(models.Team.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_TEAMS])
        people.choices = [(one.id, f"{one.name}, {one.team}" if one.team else one.name) for one in choices()]

    @property
    def wishes(self) -> list[forms.BoundField]:
        return [self[f"wish_{one}"] for one in TRAITS] + [self["continuity"]]

    @property
    def balance(self) -> list[forms.BoundField]:
        return [self[f"balance_{one}"] for one in MEASURES]

    @property
    def bounds(self) -> list[forms.BoundField]:
        return [self["most_growth"], self["rest_days"], self["most_moves"]]

    def asked(self) -> Asked:
        said = self.cleaned_data
        return Asked(
            policy=Policy(
                must=frozenset(one for one in TRAITS if one in said["must"]),
                wishes={one: said[f"wish_{one}"] for one in TRAITS if said[f"wish_{one}"]},
                continuity=said["continuity"],
                balance={one: said[f"balance_{one}"] for one in MEASURES if said[f"balance_{one}"]},
                most_growth=said["most_growth"],
                rest_days=said["rest_days"],
                most_moves=said["most_moves"],
            ),
            teams=tuple(map(int, said["teams"])),
            people=tuple(map(int, said["people"])),
        )


def initial_of(asked: Asked, name: str) -> dict[str, object]:
    policy = asked.policy
    return {
        "name": name,
        "must": [one for one in TRAITS if one in policy.must],
        **{f"wish_{one}": policy.wishes.get(one, 0) for one in TRAITS},
        "continuity": policy.continuity,
        **{f"balance_{one}": policy.balance.get(one, 0) for one in MEASURES},
        "most_growth": policy.most_growth,
        "rest_days": policy.rest_days,
        "most_moves": policy.most_moves,
        "teams": list(asked.teams),
        "people": list(asked.people),
    }


def policy_lines(asked: Asked) -> list[str]:
    """The policy in short, for reading."""
    policy = asked.policy
    must = ", ".join(_TRAITS[one].lower() for one in TRAITS if one in policy.must) or "nothing"
    wishes = [f"{_TRAITS[one].lower()} {policy.wishes[one]}" for one in TRAITS if policy.wishes.get(one)]
    wishes += [f"knows the customer {policy.continuity}"] if policy.continuity else []
    even = [f"{RULES[one]} {policy.balance[one]}" for one in MEASURES if policy.balance.get(one)]
    bounds = [] if policy.most_growth is None else [f"growth {policy.most_growth} %"]
    bounds += [f"rest {policy.rest_days} days"] if policy.rest_days else []
    bounds += [] if policy.most_moves is None else [f"moves {policy.most_moves}"]
    return [
        f"Must fit: {must}",
        f"Wishes: {', '.join(wishes) or 'none'}",
        f"Even by: {', '.join(even) or 'nothing'}",
        f"Bounds: {', '.join(bounds) or 'none'}",
    ]
