"""A body in a preview: the draft as it stands, rendered now and not kept."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from content.services import render_body

register = template.Library()


@register.simple_tag
def stream_body(stream: Any) -> SafeString:
    """The blocks of a StreamField value as the trainee sees them."""
    return mark_safe(render_body(stream))  # noqa: S308  made by our own escaped templates
