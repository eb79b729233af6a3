"""Verbs of the proof: keep a draft, hand in, judge, correct. Rubrics are published in `rubrics`."""

from assessments.services.judgements import Marks, discard_judgement, release_judgement, save_judgement
from assessments.services.submissions import add_draft_files, keep_in_draft, remove_draft_file, reuse_version, save_draft, submit_work

__all__ = [
    "Marks",
    "add_draft_files",
    "discard_judgement",
    "keep_in_draft",
    "release_judgement",
    "remove_draft_file",
    "reuse_version",
    "save_draft",
    "save_judgement",
    "submit_work",
]
