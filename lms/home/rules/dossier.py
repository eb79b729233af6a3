"""What a dossier asks of a competency: seen more than once, by more than one person. Advice to trainers; a level stands without it."""

OCCASIONS_ASKED = 2
ASSESSORS_ASKED = 2
GAPS = ("", "assessor", "occasion", "none")  # nothing lacks, one assessor only, one occasion only, nothing at all


def gap_of(occasions: int, assessors: int) -> str:
    """The first thing that lacks, one of `GAPS`."""
    if not occasions:
        return "none"
    if occasions < OCCASIONS_ASKED:
        return "occasion"
    return "assessor" if assessors < ASSESSORS_ASKED else ""
