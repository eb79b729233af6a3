"""`{% lucide %}` with each icon drawn once: the library draws it anew each time, which cost a page of 40 icons 4 ms."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=1024)
def lucide(name: str, *, size: int = 24, **attributes: str) -> str:
    """The SVG of an icon. Attributes come from templates, so there are as many drawings as places, not as visitors."""
    drawn: str = draw(name, size=size, **attributes)
    return drawn
