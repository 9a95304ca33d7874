"""Addresses of pages, made quickly: a list has a hundred of them, and asking the table of addresses for each takes a
tenth of the whole page.

One rule: the table of addresses (urls.py) says how an address reads. Only what stands in it for numbers and plain names
is put in here.
"""

import re
from functools import lru_cache

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_of
from django.urls import NoReverseMatch, get_script_prefix, reverse

register = template.Library()

_PLAIN = re.compile(r"[a-z0-9@_-]{1,200}")
_NUMBERS = tuple(10**12 + at for at in range(4))
_WORDS = tuple(f"stands-for-{at}" for at in range(4))


def address(name: str, *args: object) -> str:
    """As Django's `reverse`, of which the name and any arguments are given by their places."""
    if len(args) <= len(_NUMBERS) and all(_is_plain(one) for one in args):
        return _form(name, tuple(type(one) is int for one in args), get_script_prefix()).format(*args)
    return reverse(name, args=args)


def _is_plain(one: object) -> bool:
    return (type(one) is int and one >= 0) or (type(one) is str and _PLAIN.fullmatch(one) is not None)


@lru_cache(maxsize=1_000)
def _form(name: str, are_numbers: tuple[bool, ...], prefix: str) -> str:
    """The address with `{}` for each argument."""
    stand_ins = [_NUMBERS[at] if number else _WORDS[at] for at, number in enumerate(are_numbers)]
    text = reverse(name, args=stand_ins).replace("{", "{{").replace("}", "}}")
    for at, one in enumerate(stand_ins):
        text = text.replace(str(one), f"{{{at}}}")
    return text


class _Address(URLNode):
    """Django's own, but where the name is written out and all else are plain arguments."""

    def render(self, context: Context) -> str:
        name = self.view_name.var
        if not isinstance(name, str) or self.view_name.filters or self.kwargs:
            return super().render(context)
        args = [one.resolve(context) for one in self.args]
        if not all(_is_plain(one) for one in args):
            return super().render(context)
        try:
            found = address(name, *args)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar is None:
            return found
        context[self.asvar] = found
        return ""


@register.tag
def url(parser: Parser, token: Token) -> _Address:
    node = url_of(parser, token)
    return _Address(node.view_name, node.args, node.kwargs, node.asvar)
