"""How a question behaves: how often it is answered right, whether those who know the rest know it too, how long it takes. Pure."""

import math
from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

from msgspec import Struct

FEWEST: Final = 5  # below it a discrimination says nothing


class Seen(Struct, frozen=True):
    """One take of the question: the share of its point, that of the rest of the take (none: it was asked alone), seconds spent."""

    share: float
    rest: float | None
    seconds: float | None


class ItemStatistics(Struct, frozen=True):
    """`facility`: mean share of the point, 0 to 1. `discrimination`: correlation of this share with that of the other questions of the
    same takes, -1 to 1, none below five takes or where nothing varies. `seconds`: median time."""

    takes: int
    facility: float | None
    discrimination: float | None
    seconds: float | None


def statistics_of(seen: Sequence[Seen]) -> ItemStatistics:
    """The figures of a question over its takes."""
    shares = [one.share for one in seen]
    times = [one.seconds for one in seen if one.seconds is not None]
    pairs = [(one.share, one.rest) for one in seen if one.rest is not None]
    return ItemStatistics(len(seen), fmean(shares) if shares else None, _correlation(pairs), median(times) if times else None)


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    if len(pairs) < FEWEST:
        return None
    left, right = fmean(one for one, _other in pairs), fmean(other for _one, other in pairs)
    spread = math.sqrt(sum((one - left) ** 2 for one, _other in pairs) * sum((other - right) ** 2 for _one, other in pairs))
    if spread < 1e-12:
        return None
    found = sum((one - left) * (other - right) for one, other in pairs) / spread
    return max(-1.0, min(1.0, found))


def advice(figures: ItemStatistics) -> str:
    """What a trainer may do about it, in one sentence."""
    if figures.takes < FEWEST or figures.facility is None:
        return "Trop peu de passages pour conclure."
    if figures.discrimination is not None and figures.discrimination < 0:
        return "Ceux qui savent le reste se trompent ici : relisez l'énoncé et la réponse attendue."
    if figures.facility < 0.3:
        return "Peu de personnes trouvent : la leçon l'explique-t-elle assez ?"
    if figures.facility > 0.95:
        return "Presque tout le monde trouve : la question rassure, elle n'apprend plus grand-chose."
    return "La question fait son travail."
