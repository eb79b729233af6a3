"""Minutes in words."""

from django import template

from curriculum.rules import duration

register = template.Library()
register.filter("duration", duration)
