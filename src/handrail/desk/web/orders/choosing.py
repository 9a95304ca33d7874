"""The countries to choose from, as the options of a list.

One rule: they are put together once; a page has two such lists of 250, which would be most of its time.
"""

from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from handrail.order.addresses import countries, is_country


def country_options(chosen: str) -> SafeString:
    """With the chosen one marked; a code that is no country's is marked nowhere."""
    options = _options()
    if not is_country(chosen):
        return options
    return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1))  # two letters, as checked


@lru_cache(maxsize=1)
def _options() -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', countries())
