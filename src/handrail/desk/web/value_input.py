"""What a person typed into a control, read from the request: a text, or the rows of a list.

One rule: nothing typed is nothing said. That a list has no rows is said by ticking so.

    mrr=5000                                       one value
    types.name=Water&types.name=Gas&types.video=   a list: for each column the texts of its rows
    none.types=yes                                 there are none
"""

from django.http import QueryDict

from handrail.runbook.kinds import MOST_RECORDS, Kind, Records, Written


def is_typed(post: QueryDict, key: str, kind: Kind) -> bool:
    """Whether the request speaks of what stands at `key` at all."""
    if isinstance(kind, Records):
        return f"none.{key}" in post or any(f"{key}.{column}" in post for column in kind.columns)
    return key in post


def typed_value(post: QueryDict, key: str, kind: Kind) -> Written | None:
    if isinstance(kind, Records):
        return _rows(post, key, kind) or ([] if f"none.{key}" in post else None)
    return post.get(key, "").replace("\r\n", "\n").strip() or None


def _rows(post: QueryDict, key: str, kind: Records) -> list[dict[str, str]]:
    """Empty rows are left out. One more than may be kept is read, so that the excess is told."""
    columns = [post.getlist(f"{key}.{column}")[: MOST_RECORDS + 1] for column in kind.columns]
    rows = [
        {name: text.strip() for name, text in zip(kind.columns, cells, strict=False) if text.strip()}
        for cells in zip(*columns, strict=False)
    ]
    return [row for row in rows if row]
