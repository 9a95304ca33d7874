"""How much work an account is: the standard table, and what a policy puts in its place."""

from handrail.book.effort import STANDARD, EffortTable, Weighed, effort_of, in_words, table_of


def test_effort_adds_up_what_stands_out() -> None:
    assert effort_of(Weighed()) == 10
    one = Weighed(way="manual", health="poor", items={"case": 2, "pending": 1}, handoffs=1)
    assert effort_of(one) == 10 + 10 + 10 + 2 * 2 + 3 + 5
    assert effort_of(Weighed(items={"opportunity": 400})) == 100


def test_effort_of_what_is_held_elsewhere_is_that_of_its_items() -> None:
    assert effort_of(Weighed(way="manual", items={"task": 3}, handoffs=2, is_account=False)) == 3


def test_policy_changes_the_table_in_whole_numbers_only() -> None:
    said = {"effort": {"base": 20, "by_item": {"case": 7, "task": -1}, "handoff": "many"}}
    table = table_of(said)
    assert (table.base, table.by_item["case"], table.by_item["task"], table.handoff) == (20, 7, 1, 5)
    assert table_of({"effort": "much"}) == table_of({}) == STANDARD


def test_table_reads_in_words() -> None:
    short = EffortTable(by_way={"manual": 10, "automated": 0}, by_health={}, by_item={"case": 2})
    assert in_words(short) == (
        ("Any account", 10),
        ("Transferred manual", 10),
        ("Each open case", 2),
        ("Each running handoff", 5),
        ("At most", 100),
    )
