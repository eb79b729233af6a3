"""`{% drawn %}`: a small template rendered once for each set of values. Included anew, the levels of one rubric took a third of a page."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def drawn(template_name: str, **values: Hashable) -> SafeString:
    """As `{% include … only %}`, for a template that these values and the language alone decide."""
    return _drawn(template_name, get_language(), **values)


@lru_cache(maxsize=2048, typed=True)  # typed: words that are safe HTML are not those that are still to escape
def _drawn(template_name: str, _language: str | None, **values: Hashable) -> SafeString:
    return render_to_string(template_name, values)
