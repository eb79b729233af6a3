"""Who may do what at each door: the one written table (promises.md S01, S02). `test_access.py` holds the site to it.

A row is a URL name, then one letter a person, in the order of `PEOPLE`, for GET and for POST; other methods open nothing.
The address is filled with what belongs to the FIRST cohort and its people (`to` names it in the story of `access_story.py`),
so that a second cohort's people knock at the records of others. A door missing here fails the build.

O allowed · L led to sign-in · A credentials asked (401) · F not this role (403) · N as if it did not exist (404) · M not this method (405)
"""

from dataclasses import dataclass

PEOPLE = ("anonymous", "trainee", "other_trainee", "trainer", "other_trainer", "counsellor", "certifier", "coordinator", "administrator")


@dataclass(frozen=True, slots=True)
class Row:
    """One door. `writes`: the tables a GET may write, besides the session: opening a step is a fact."""

    get: str
    post: str
    to: tuple[str, ...] = ()
    writes: frozenset[str] = frozenset()


# What answers to DELETE, besides a large file on its way: who it opens to.
DELETED_BY = {"api:group-detail": ("trainer", "coordinator")}
OPENS_STEP = frozenset({"curriculum_run", "curriculum_stepvisit", "records_statement", "content_keptbody"})
READS_NOTICE = frozenset({"people_notice"})
SEES_IDENTITY = frozenset({"certification_identityact"})
# «  · t t' f f' cip cert coord adm », as in PEOPLE
EVERYONE, EVERYONE_READS = "L O O O O O O O O", "L M M M M M M M M"
STORE, STORE_READS = "A A A A A A A A A", "M M M M M M M M M"
ANYONE, ANYONE_READS = "O O O O O O O O O", "M M M M M M M M M"
API, API_READS = "A O O O O O O O O", "A M M M M M M M M"

TABLE: dict[str, Row] = {
    # --- One's own account
    "people:password-choose": Row(EVERYONE, EVERYONE),
    "people:profile": Row(EVERYONE, EVERYONE),
    "people:notice-list": Row(EVERYONE, EVERYONE),
    "people:token-create": Row("L F F M M M M M M", "L F F O O O O O O"),
    "people:token-revoke": Row("L F F M M M M M M", "L F F O N N N N N", ("token",)),
    # --- Accounts of others
    "people:person-list": Row("L F F F F F F O O", "L F F F F F F M M"),
    "people:person-create": Row("L F F F F F F O O", "L F F F F F F O O"),
    "people:person-detail": Row("L F F F F F F O O", "L F F F F F F O O", ("trainee",)),
    "people:password-reset": Row("L F F F F F F M M", "L F F F F F F O O", ("trainee",)),
    "people:person-pause": Row("L F F F F F F M M", "L F F F F F F O O", ("trainee",)),
    "people:person-resume": Row("L F F F F F F M M", "L F F F F F F O O", ("trainee",)),
    # --- Cohorts
    "home:cohort-list": Row("L F F F F F F O F", "L F F F F F F M F"),
    "home:cohort-create": Row("L F F F F F F O F", "L F F F F F F O F"),
    "home:site-create": Row("L F F F F F F O F", "L F F F F F F O F"),
    "home:cohort-manage": Row("L F F F F F F O F", "L F F F F F F M F", ("cohort",)),
    "home:cohort-join": Row("L F F F F F F O F", "L F F F F F F O F", ("cohort",)),
    "home:cohort-enrol": Row("L F F F F F F O F", "L F F F F F F O F", ("cohort",)),
    "home:cohort-close": Row("L F F F F F F M F", "L F F F F F F O F", ("cohort",)),
    "home:cohort-member": Row("L F F F F F F O F", "L F F F F F F M F", ("cohort", "trainee")),
    "home:member-move": Row("L F F F F F F M F", "L F F F F F F O F", ("cohort", "trainee")),
    "home:member-remove": Row("L F F F F F F M F", "L F F F F F F O F", ("cohort", "trainee")),
    "home:people-import": Row("L F F F F F F O F", "L F F F F F F O F", ("cohort",)),
    "home:cohort-cards": Row("L F F F F F F O F", "L F F F F F F O F", ("cohort",)),
    # --- The way: trainees on modules of their own programme; trainers and the coordination look at all of them
    "curriculum:module-list": Row("L O O F F F F F F", "L M M F F F F F F"),
    "curriculum:module-open": Row("L O N O O F F O F", "L M M M M F F M F", ("module",)),
    "curriculum:module-retake": Row("L M M F F F F F F", "L O N F F F F F F", ("module",)),
    "curriculum:module-runs": Row("L O N F F F F F F", "L M M F F F F F F", ("module",)),
    "curriculum:help-ask": Row("L M M F F F F F F", "L O N F F F F F F", ("module",)),
    "step-lesson": Row("L O N O O F F O F", "L M M M M F F M F", ("lesson",), OPENS_STEP),
    "curriculum:lesson-place": Row("L M M F F F F F F", "L O N F F F F F F", ("lesson",)),
    "curriculum:lesson-complete": Row("L M M F F F F F F", "L O N F F F F F F", ("lesson",)),
    "curriculum:outing-list": Row("L O O O O O F O F", "L M M M M M F M F"),
    "curriculum:outing": Row("L O N O O O F O F", "L M M M M M F M F", ("outing",)),
    "curriculum:look-back-save": Row("L M M F F F F F F", "L O N F F F F F F", ("outing",)),
    "curriculum:look-back-give": Row("L M M F F F F F F", "L O N F F F F F F", ("outing",)),
    "curriculum:help-list": Row("L F F O O F F O F", "L F F M M F F M F"),
    "curriculum:help-answer": Row("L F F M M F F M F", "L F F O N F F O F", ("help",)),
    # --- Works
    "assessments:work-list": Row("L O O F F F F F F", "L M M F F F F F F"),
    "step-practical": Row("L O N O O F F O F", "L M M M M F F M F", ("practical",), OPENS_STEP),
    "assessments:draft-save": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:draft-merge": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:draft-take-back": Row("L M M F F F F F F", "L O N F F F F F F", ("practical", "aside")),
    "assessments:draft-files": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:draft-file-remove": Row("L M M F F F F F F", "L O N F F F F F F", ("practical", "draft_file")),
    "assessments:draft-reuse": Row("L M M F F F F F F", "L O N F F F F F F", ("practical", "submission")),
    "assessments:work-submit": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:self-draft": Row("L O N F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:self-version": Row("L O N F F F F F F", "L O N F F F F F F", ("practical", "submission")),
    "assessments:peer-list": Row("L O N F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:peer-review": Row("L O N F F F F F F", "L O N F F F F F F", ("review",)),
    "assessments:peer-file": Row("L O N F F F F F F", "L M M F F F F F F", ("review", "first_file")),
    "assessments:peer-pass": Row("L F F M M F F F F", "L F F O N F F F F", ("opinion",)),
    "assessments:peer-hide": Row("L F F M M F F F F", "L F F O N F F F F", ("opinion",)),
    "assessments:file": Row("L O N O N O O O N", EVERYONE_READS, ("file",)),
    "assessments:file-page": Row("L O N O N O O O N", EVERYONE_READS, ("paper", "paper_page")),
    # --- Quizzes: a take is its owner's; who follows them reads it
    "step-quiz": Row("L O N O O F F O F", "L M M M M F F M F", ("quiz",), OPENS_STEP),
    "assessments:quiz-start": Row("L M M F F F F F F", "L O N F F F F F F", ("quiz",)),
    "assessments:quiz-take": Row("L O N O N F F O F", "L M M M M F F M F", ("quiz", "attempt")),
    "assessments:quiz-answer": Row("L M M F F F F F F", "L O N F F F F F F", ("quiz", "attempt", "position")),
    "assessments:quiz-file-remove": Row("L M M F F F F F F", "L O N F F F F F F", ("quiz", "attempt", "position", "answer_file")),
    "assessments:quiz-submit": Row("L M M F F F F F F", "L O N F F F F F F", ("quiz", "attempt")),
    "assessments:quiz-result": Row("L O N O N F F O F", "L M M M M F F M F", ("read_quiz", "read_attempt")),
    "assessments:quiz-redo": Row("L M M F F F F F F", "L O N F F F F F F", ("read_quiz", "read_attempt")),
    "assessments:exam-time": Row("L F F O O F F O F", "L F F O N F F O F", ("exam",)),
    "assessments:answer-list": Row("L F F O O F F F F", "L F F M M F F F F"),
    "assessments:answer-batch": Row("L F F O N F F F F", "L F F M M F F F F", ("read_quiz", "question")),
    "assessments:question-statistics": Row("L F F O O F F F F", "L F F M M F F F F", ("question",)),
    "assessments:answer-judge": Row("L F F M M F F F F", "L F F O N F F F F", ("read_attempt", "position")),
    "assessments:delivery": Row("L O N O N O O O N", EVERYONE_READS, ("delivered",)),
    "assessments:compare": Row("L O N O N O O O N", EVERYONE_READS, ("compared",)),
    # --- Judging
    "assessments:queue": Row("L F F O O F F O F", "L F F M M F F M F", writes=READS_NOTICE),
    "assessments:queue-take": Row("L F F M M F F F F", "L F F O O F F F F"),
    "assessments:queue-give": Row("L F F M M F F M F", "L F F O O F F O F"),
    "assessments:queue-put-back": Row("L F F M M F F F F", "L F F O O F F F F"),
    "assessments:queue-ready": Row("L F F O O F F F F", "L F F O O F F F F"),
    "assessments:sheet": Row("L F F O N O O O F", "L F F M M M M M F", ("waiting",)),
    "assessments:picture-marks": Row("L F F O N F F F F", "L F F O N F F F F", ("pictured", "pictured_file", "pictured_page")),
    "assessments:judgement-save": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    "assessments:judgement-release": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    "assessments:judgement-discard": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    "assessments:judgement-compare": Row("L F F O N F F O F", "L F F M M F F M F", ("submission",), READS_NOTICE),
    "assessments:agreement-propose": Row("L F F M M F F F F", "L F F O N F F F F", ("submission",)),
    "assessments:agreement-sign": Row("L F F M M F F F F", "L F F O N F F F F", ("agreement",)),
    "assessments:agreement-drop": Row("L F F M M F F F F", "L F F O N F F F F", ("agreement",)),
    "assessments:phrase-list": Row("L F F O O F F F F", "L F F O O F F F F"),
    "assessments:phrase-detail": Row("L F F O N F F F F", "L F F O N F F F F", ("phrase",)),
    "assessments:phrase-remove": Row("L F F M M F F F F", "L F F O N F F F F", ("phrase",)),
    # --- Observing on the spot: trainers; a trainee reads what was seen of them
    "assessments:observe-list": Row("L F F O O F F F F", "L F F M M F F F F"),
    "assessments:observe": Row("L F F O N F F F F", "L F F O N F F F F", ("trainee",)),
    "assessments:observation": Row("L O N O N O O O F", "L M M M M M M M F", ("observation",), READS_NOTICE),
    "assessments:observation-correct": Row("L F F O N F F F F", "L F F O N F F F F", ("observation",)),
    # --- Seeing and exporting: the export asked is the trainer's own
    "home:home": Row(EVERYONE, EVERYONE_READS),
    "home:profile": Row("L O O F F F F F F", "L M M F F F F F F"),
    "home:growth": Row("L O O F F F F F F", "L M M F F F F F F"),
    "home:growth-csv": Row("L O O F F F F F F", "L M M F F F F F F"),
    "home:trainees": Row("L F F O O O O O F", "L F F M M M M M F"),
    "home:trainee": Row("L F F O N O O O F", "L F F M M M M M F", ("trainee",)),
    "home:why": Row("L O N O N O O O F", "L M M M M M M M F", ("trainee", "competency")),
    # --- Levels: trainers decide and withdraw, trainees ask about their own, the coordination writes rules
    "home:evidence-withdraw": Row("L F F M M F F F F", "L F F O N F F F F", ("trainee", "competency")),
    "home:level-decide": Row("L F F M M F F F F", "L F F O N F F F F", ("trainee", "competency")),
    "home:opinion-note": Row("L F F M M F F F F", "L F F O N F F F F", ("trainee", "competency")),
    "home:opinion-ask": Row("L F F O N F F O F", "L F F O N F F O F", ("trainee",)),
    "home:opinion-close": Row("L F F M M F F M F", "L F F O N F F O F", ("asked_opinion",)),
    "home:opinion-give": Row(ANYONE, ANYONE, ("opinion_secret",)),  # whoever holds the link, once
    "home:review-ask": Row("L M M F F F F F F", "L O N F F F F F F", ("trainee", "competency")),
    "home:request-list": Row("L F F O O F F O F", "L F F M M F F M F"),
    "home:request-take": Row("L F F M M F F F F", "L F F O N F F F F", ("request",)),
    "home:request-decide": Row("L F F M M F F F F", "L F F O N F F F F", ("request",)),
    "home:request-file": Row("L O N O N F F O F", "L M M M M F F M F", ("request",)),
    "home:block-validate": Row("L F F M M F F F F", "L F F O N F F F F", ("trainee", "block")),
    "home:rule-list": Row("L F F O O F O O F", "L F F M M F M M F", ("framework",)),
    "home:rule-try": Row("L F F M M F F M F", "L F F O O F F O F", ("framework",)),
    "home:rule-apply": Row("L F F F F F F M F", "L F F F F F F O F", ("framework",)),
    "home:version-list": Row("L F F O O F O O F", "L F F M M F M M F", ("framework",)),
    "home:version-try": Row("L F F M M F F M F", "L F F O O F F O F", ("framework",)),
    "home:version-publish": Row("L F F F F F F M F", "L F F F F F F O F", ("framework",)),
    "home:version-carry": Row("L F F F F F F M F", "L F F F F F F O F", ("version",)),
    "home:version-file": Row("L F F O O F O O F", "L F F M M F M M F", ("version",)),
    "home:cohort": Row("L F F O N F O O F", "L F F M M F M M F", ("cohort",)),
    "home:cohort-csv": Row("L F F O N F O O F", "L F F M M F M M F", ("cohort", "csv_table")),
    "home:cohorts-beside": Row("L F F F F F F O F", "L F F F F F F M F"),
    "home:cohorts-beside-csv": Row("L F F F F F F O F", "L F F F F F F M F", ("beside_figure",)),
    **{
        f"home:cohort-{name}{suffix}": Row(get, get.replace("O", "M").replace("N", "M"), ("cohort", *to))
        for name, get in {
            "levels": "L F F O N F O O F",
            "gaps": "L F F O N F F O F",
            "effects": "L F F O N F F O F",
            "forecast": "L F F O N F F O F",
            "readiness": "L F F O N F O O F",
            "assessors": "L F F F F F F O F",
        }.items()
        for suffix, to in (("", ()), ("-csv", (f"{name}_figure",)))
        if (name, suffix) != ("levels", "-csv")
    },
    # --- Groups: those who teach the cohort, and the coordination
    "home:group-list": Row("L F F O N F F O F", "L F F O N F F O F", ("cohort",)),
    "home:group-detail": Row("L F F O N F F O F", "L F F M M F F M F", ("group",)),
    "home:group-export": Row("L F F O N F F O F", "L F F M M F F M F", ("group", "group_format")),
    "home:group-delete": Row("L F F M M F F M F", "L F F O N F F O F", ("group",)),
    # --- Certification: the coordination keeps sessions, a jury reads and decides while its access is open, trainers follow theirs
    "certification:own": Row("L O O F F F F F F", "L M M F F F F F F", writes=READS_NOTICE),
    "certification:session-list": Row("L F F O O F O O F", "L F F M M F M M F"),
    "certification:certification-list": Row("L F F F F F F O F", "L F F F F F F O F"),
    "certification:session-create": Row("L F F F F F F O F", "L F F F F F F O F"),
    "certification:session": Row("L F F O N F O O F", "L F F M M F M M F", ("session",), READS_NOTICE),
    "certification:session-change": Row("L F F F F F F O F", "L F F F F F F O F", ("session",)),
    "certification:member-add": Row("L F F F F F F M F", "L F F F F F F O F", ("session",)),
    "certification:member-remove": Row("L F F F F F F M F", "L F F F F F F O F", ("session", "jury_member")),
    "certification:candidate-add": Row("L F F F F F F O F", "L F F F F F F O F", ("session",)),
    "certification:candidate-blocks": Row("L F F F F F F O F", "L F F F F F F O F", ("session", "unpresented")),
    "certification:sign": Row("L F F F F F M F F", "L F F F F F O F F", ("session",)),
    "certification:close": Row("L F F F F F M M F", "L F F F F F O O F", ("session",)),
    "certification:candidate": Row("L F F O N F O O F", "L F F M M F M M F", ("candidate",)),
    "certification:candidate-withdraw": Row("L F F F F F F M F", "L F F F F F F O F", ("candidate",)),
    "certification:decide": Row("L F F F F F O F F", "L F F F F F O F F", ("candidate", "block")),
    "exports:export-list": Row("L F F O O F O O F", "L F F O O F O O F"),
    "exports:export-detail": Row("L F F O N F N N N", "L F F M M F M M M", ("export",), READS_NOTICE),
    "exports:export-download": Row("L N N O N F N N N", "L M M M M F M M M", ("export",)),
    "exports:export-cancel": Row("L M M M M F M M M", "L N N O N F N N N", ("export",)),
    # --- Saved exports, where they go, the outbox: the coordination; behind the link of a mail, whoever holds it
    "exports:export-send": Row("L F F F F F F M F", "L F F F F F F O F", ("profile_export",)),
    "exports:profile-list": Row("L F F F F F F O F", "L F F F F F F M F"),
    "exports:profile-create": Row("L F F F F F F O F", "L F F F F F F O F"),
    "exports:profile-detail": Row("L F F F F F F O F", "L F F F F F F M F", ("profile",), READS_NOTICE),
    "exports:profile-edit": Row("L F F F F F F O F", "L F F F F F F O F", ("profile",)),
    "exports:profile-run": Row("L F F F F F F M F", "L F F F F F F O F", ("profile",)),
    "exports:profile-archive": Row("L F F F F F F M F", "L F F F F F F O F", ("profile",)),
    "exports:delivery-list": Row("L F F F F F F O F", "L F F F F F F M F", writes=READS_NOTICE),
    **{
        f"exports:delivery-{act}": Row("L F F F F F F M F", "L F F F F F F O F", ("delivery",))
        for act in ("renvoyer", "arreter", "fermer-lien")
    },
    "exports:destination-list": Row("L F F F F F F O F", "L F F F F F F O F"),
    "exports:destination-detail": Row("L F F F F F F O F", "L F F F F F F M F", ("destination",)),
    **{
        f"exports:destination-{act}": Row("L F F F F F F M F", "L F F F F F F O F", ("destination",))
        for act in ("confirmer", "regarder", "fermer")
    },
    "exports:link": Row(ANYONE, ANYONE, ("file_secret",)),  # whoever holds the link; a POST gives the file
    "exports:dossier-detail": Row("L F F O N F O O F", "L F F O N F O O F", ("trainee",)),
    "exports:own-dossier": Row("L O O F F F F F F", "L O O F F F F F F", writes=READS_NOTICE),
    "exports:own-comment": Row("L M M F F F F F F", "L O O F F F F F F"),
    "exports:own-consent": Row("L M M F F F F F F", "L O O F F F F F F"),
    "exports:own-works": Row("L O O F F F F F F", "L O O F F F F F F", writes=READS_NOTICE),
    "exports:work-propose": Row("L F F M M F F F F", "L F F O N F F F F", ("trainee",)),
    # --- Numbered documents: the team's; a trainee takes their own. Who trains, and the yearly figures, are the coordination's
    "exports:document-list": Row("L F F O O F F O F", "L F F O N F F O F"),
    "exports:document-detail": Row("L F F O N F N O F", "L F F M M F M M F", ("document",), READS_NOTICE),
    "exports:document-file": Row("L O N O N F N O F", "L M M M M F M M F", ("document",)),
    "exports:training-body": Row("L F F F F F F O F", "L F F F F F F O F"),
    "exports:action-list": Row("L F F F F F F O F", "L F F F F F F M F"),
    "exports:training-action": Row("L F F F F F F O F", "L F F F F F F O F", ("programme",)),
    "exports:bpf": Row("L F F F F F F O F", "L F F F F F F M F"),
    "exports:bpf-file": Row("L F F F F F F O F", "L F F F F F F M F", ("bpf_year", "bpf_format")),
    "exports:session-papers": Row("L F F F F F O O F", "L F F F F F F O F", ("session",)),
    "exports:checker": Row(ANYONE, ANYONE_READS),
    "exports:statement-export": Row("L F F F F F F O O", "L F F F F F F O O"),
    # --- Certification: the civil identity of a trainee is the coordination's alone; looking at it leaves a line
    "certification:identity-detail": Row("L F F F F F F O F", "L F F F F F F O F", ("trainee",), SEES_IDENTITY),
    "certification:identity-erase": Row("L F F F F F F M F", "L F F F F F F O F", ("trainee",)),
    "certification:identity-list": Row("L F F F F F F O F", "L F F F F F F O F", ("cohort",)),
    "certification:accrochage": Row("L F F F F F O O F", "L F F F F F M M F", ("session",)),
    "certification:accrochage-file": Row("L F F F F F M M F", "L F F F F F O O F", ("session",)),
    "certification:accrochage-account": Row("L F F F F F F M F", "L F F F F F F O F", ("session",)),
    # --- Badges: their holder's and the team's; what anyone may check names nobody
    "badges:badge-list": Row("L O O F F F F F F", "L M M F F F F F F"),
    "badges:badge-detail": Row("L O N F F F F F F", "L M M F F F F F F", ("badge",), READS_NOTICE),
    "badges:badge-share": Row("L M M F F F F F F", "L O N F F F F F F", ("badge",)),
    "badges:badge-unshare": Row("L M M F F F F F F", "L O N F F F F F F", ("badge",)),
    "badges:badge-file": Row("L O N O N F F O F", "L M M M M F F M F", ("badge", "badge_form")),
    "badges:staff-list": Row("L F F O O F F O F", "L F F M M F F M F"),
    "badges:cohort-issue": Row("L F F M M F F M F", "L F F O N F F O F", ("cohort",)),
    "badges:trainee-badges": Row("L F F O N F F O F", "L F F M M F F M F", ("trainee",)),
    "badges:badge-issue": Row("L F F M M F F M F", "L F F O N F F O F", ("trainee",)),
    "badges:badge-revoke": Row("L F F O N F F O F", "L F F O N F F O F", ("badge",)),
    "badges:prior-create": Row("L O N O N F F O F", "L O N O N F F O F", ("trainee",), READS_NOTICE),
    "badges:prior-file": Row("L O N O N F F O F", "L M M M M F F M F", ("prior",)),
    "badges:prior-decide": Row("L F F O N F F O F", "L F F O N F F O F", ("prior",)),
    "badges:verify": Row(ANYONE, ANYONE),
    "badges:shared": Row(ANYONE, ANYONE_READS, ("shared_token",)),
    "badges:achievement": Row(ANYONE, ANYONE_READS, ("competency",)),
    "badges:achievement-picture": Row(ANYONE, ANYONE_READS, ("competency",)),
    **{f"badges:{name}": Row(ANYONE, ANYONE_READS) for name in ("did", "jwks", "issuer", "status-list")},
    # --- Programs: the catalogue for all who are signed in, a programme for its trainees, records for who may read them
    "api-schema": Row(API, API_READS),
    "api:programme-list": Row(API, API_READS),
    "api:programme-detail": Row("A O N O O O O O O", API_READS, ("programme",)),
    "api:module-list": Row(API, API_READS),
    "api:module-detail": Row("A O N O O O O O O", API_READS, ("module",)),
    "api:competency-list": Row(API, API_READS),
    "api:competency-detail": Row(API, API_READS, ("competency",)),
    "api:progress-list": Row(API, API_READS),
    "api:standing-list": Row(API, API_READS),
    "api:dossier-list": Row("A O O O O F O O F", "A O O O O F O O F"),
    "api:dossier-detail": Row("A O N O N F O O F", "A M M M M F M M F", ("trainee",)),
    "api:session-list": Row(API, "A F F F F F M F F"),
    "api:session-detail": Row("A O N O N N O O N", "A F F F F F M F F", ("session",)),
    "api:session-decisions": Row("A O N O N N O O N", "A F F F F F O F F", ("session",)),
    "api:session-sign": Row(API_READS, "A F F F F F O F F", ("session",)),
    "api:badge-list": Row(API, "A F F O N F F O F"),
    "api:badge-detail": Row("A O N O N O O O N", "A F F M M F F M F", ("badge",)),
    "api:badge-revoke": Row(API_READS, "A F F O N F F O F", ("badge",)),
    "api:evidence-list": Row(API, "A F F M M F F F F"),
    "api:evidence-opinion": Row(API_READS, "A F F O N F F F F"),
    "api:evidence-decision": Row(API_READS, "A F F O N F F F F"),
    "api:evidence-withdrawal": Row(API_READS, "A F F O N F F F F"),
    "api:rule-list": Row("A F F O O F O O F", "A F F M M F M M F"),
    "api:export-list": Row(API, "A F F O O F O O F"),
    "api:export-detail": Row("A N N O N N N N N", "A F F M M F M M F", ("export",)),
    "api:export-cancel": Row(API_READS, "A F F O N F N N F", ("export",)),
    "api:export-file": Row("A N N O N N N N N", "A F F M M F M M F", ("export",)),
    "api:group-list": Row(API, "A F F O N F F O F"),
    "api:group-detail": Row("A N N O N N N O N", "A F F M M F F M F", ("group",)),
    "livez": Row("O O O O O O O O O", "M M M M M M M M M"),
    "readyz": Row("O O O O O O O O O", "M M M M M M M M M"),
    "home:credential-list": Row("L F F F F F F O O", "L F F F F F F O O"),
    # The administrator sees that things happened, and of whom only for those whose record is not a trainee's.
    "home:statement-list": Row("L F F F F F F O O", "L F F F F F F M M"),
    "home:statement-detail": Row("L F F F F F F O N", "L F F F F F F O N", ("statement",)),
    "home:subscriber-list": Row("L F F F F F F O O", "L F F F F F F O O"),
    "home:subscriber-detail": Row("L F F F F F F O O", "L F F F F F F O O", ("subscriber",)),
    **{
        f"home:subscriber-{act}": Row("L F F F F F F M M", "L F F F F F F O O", ("subscriber",))
        for act in ("pause", "reprendre", "renvoyer", "ecarter", "fermer")
    },
    "home:credential-revoke": Row("L F F F F F F M M", "L F F F F F F O O", ("credential",)),
    # --- The record store: credentials of its own, no session. Each resource at three addresses: any version, 1.0.x, 2.0.x
    **{
        f"xapi-{resource}{family}": row
        for family in ("", "-1.0", "-2.0")
        for resource, row in {
            "statements": Row(STORE, STORE),
            "activities-state": Row(STORE, STORE),
            "activities-profile": Row(STORE, STORE),
            "activities": Row(STORE, STORE_READS),
            "agents-profile": Row(STORE, STORE),
            "agents": Row(STORE, STORE_READS),
            "about": Row("O O O O O O O O O", STORE_READS),
        }.items()
    },
    "xapi-profile": Row(ANYONE, ANYONE_READS),  # names nobody
    "xapi-token": Row(STORE_READS, STORE),
    # Published frameworks as CASE: they name nobody, and the standard means them to be fetched by other sites
    **{f"case-list-{family}": Row(ANYONE, ANYONE_READS) for family in ("v1p0", "v1p1")},
    **{
        f"case-{resource}-{family}": Row(ANYONE, ANYONE_READS, (to,))
        for family in ("v1p0", "v1p1")
        for resource, to in {
            "CFDocuments": "framework",
            "CFPackages": "framework",
            "CFItems": "competency",
            "CFItemAssociations": "competency",
            "CFAssociations": "association",
        }.items()
    },
    # A large file on its way, by HEAD, PATCH and DELETE: its owner's only
    "upload-create": Row("L M M M M M M M M", EVERYONE),
    "upload": Row("L M M M M M M M M", "L M M M M M M M M", ("upload",)),
    "media-file": Row("N O O O O O O O O", "M M M M M M M M M", ("media",)),
}

# --- Vendors' doors: rules by prefix -------------------------------------------------------------------------------
VENDOR_PREFIXES = ("cms/", "documents/", "compte/")
# Icons and words of Wagtail's pages, the same for all: nothing of ours in them.
CMS_OPEN_TO_ALL = frozenset({"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"})
CMS_PEOPLE = ("trainer", "administrator")  # everyone else is sent away from cms/
# What would make an administrator of somebody, or open the site: shut even to those who enter cms/ (S07).
CMS_SHUT_NAMESPACES = frozenset({"wagtailusers_users", "wagtailusers_groups", "wagtailsites", "wagtailadmin_collections"})
CMS_SHUT_NAMES = frozenset({
    "wagtailadmin_account", "wagtailadmin_login", "wagtailadmin_password_reset", "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm", "wagtailadmin_password_reset_complete", "wagtailadmin_error_test",
})  # fmt: skip
# Wagtail 8.0 itself answers 500 to a POST that lacks a field its own form always sends. Authors only, nothing written.
CMS_BREAKS_ON_EMPTY_POST = frozenset({
    "wagtailadmin_pages:copy", "wagtailadmin_choose_page_external_link", "wagtailsnippetchoosers_assessments_rubric:create",
    "wagtailsnippetchoosers_curriculum_outing:create", "wagtailsnippetchoosers_competencies_framework:create",
    "wagtailsnippetchoosers_competencies_competency:create", "wagtailsnippetchoosers_competencies_scale:create",
    "wagtailsnippetchoosers_assessments_question:create", "wagtailsnippetchoosers_assessments_questionbank:create",
    "wagtailsnippets_assessments_question:add",
    "wagtailsnippets_curriculum_outing:add",  # as its pages do: a StreamField without its own form fields
})  # fmt: skip
# compte/: what somebody who is not signed in may open; the rest asks for sign-in. Sign-up is closed, e-mails have one door, ours.
ACCOUNT_OPEN = frozenset({
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done", "account_confirm_email",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_email_verification_sent",
})  # fmt: skip
ACCOUNT_SHUT = frozenset({"account_email", "account_set_password"})
