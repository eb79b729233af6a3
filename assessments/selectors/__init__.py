"""Questions about work and judgements."""

from assessments.selectors.lookups import current_rubric, module_of

__all__ = ["current_rubric", "module_of"]
