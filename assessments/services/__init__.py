"""Verbs of the proof: keep a draft, hand in, say what one thinks of it, judge, observe, correct. Rubrics are published in `rubrics`."""

from assessments.services.agreements import drop_agreement, propose_agreement, sign_agreement
from assessments.services.claims import give_works, put_back, take_works
from assessments.services.drafts import (
    add_draft_files,
    keep_in_draft,
    merge_draft,
    remove_draft_file,
    reuse_version,
    save_draft,
    set_aside,
    take_back,
)
from assessments.services.judgements import Marks, discard_judgement, release_judgement, save_judgement
from assessments.services.observations import correct_observation, observe
from assessments.services.peers import ask_review, give_review, hide_review, let_read
from assessments.services.phrases import change_phrase, keep_phrase, remove_phrase
from assessments.services.picture_marks import set_picture_marks
from assessments.services.ready import Together, release_ready
from assessments.services.self_assessments import save_self_assessment
from assessments.services.submissions import submit_work

__all__ = [
    "Marks",
    "Together",
    "add_draft_files",
    "ask_review",
    "change_phrase",
    "correct_observation",
    "discard_judgement",
    "drop_agreement",
    "give_review",
    "give_works",
    "hide_review",
    "keep_in_draft",
    "keep_phrase",
    "let_read",
    "merge_draft",
    "observe",
    "propose_agreement",
    "put_back",
    "release_judgement",
    "release_ready",
    "remove_draft_file",
    "remove_phrase",
    "reuse_version",
    "save_draft",
    "save_judgement",
    "save_self_assessment",
    "set_aside",
    "set_picture_marks",
    "sign_agreement",
    "submit_work",
    "take_back",
    "take_works",
]
