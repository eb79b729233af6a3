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


OPENS_STEP = frozenset({"curriculum_run", "curriculum_stepvisit", "records_statement", "content_keptbody"})
READS_NOTICE = frozenset({"people_notice"})
# «  · t t' f f' cip cert coord adm », as in PEOPLE
EVERYONE, EVERYONE_READS = "L O O O O O O O O", "L M M M M M M M M"
STORE, STORE_READS = "A A A A A A A A A", "M M M M M M M M M"
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
    "curriculum:help-list": Row("L F F O O F F O F", "L F F M M F F M F"),
    "curriculum:help-answer": Row("L F F M M F F M F", "L F F O N F F O F", ("help",)),
    # --- Works
    "assessments:work-list": Row("L O O F F F F F F", "L M M F F F F F F"),
    "step-practical": Row("L O N O O F F O F", "L M M M M F F M F", ("practical",), OPENS_STEP),
    "assessments:draft-save": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:draft-files": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:draft-file-remove": Row("L M M F F F F F F", "L O N F F F F F F", ("practical", "draft_file")),
    "assessments:draft-reuse": Row("L M M F F F F F F", "L O N F F F F F F", ("practical", "submission")),
    "assessments:work-submit": Row("L M M F F F F F F", "L O N F F F F F F", ("practical",)),
    "assessments:file": Row("L O N O N O O O N", EVERYONE_READS, ("file",)),
    # --- Judging
    "assessments:queue": Row("L F F O O F F O F", "L F F M M F F M F", writes=READS_NOTICE),
    "assessments:sheet": Row("L F F O N O O O F", "L F F M M M M M F", ("waiting",)),
    "assessments:judgement-save": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    "assessments:judgement-release": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    "assessments:judgement-discard": Row("L F F M M F F F F", "L F F O N F F F F", ("waiting",)),
    # --- Seeing and exporting: the export asked is the trainer's own
    "home:home": Row(EVERYONE, EVERYONE_READS),
    "home:profile": Row("L O O F F F F F F", "L M M F F F F F F"),
    "home:trainees": Row("L F F O O O O O F", "L F F M M M M M F"),
    "home:trainee": Row("L F F O N O O O F", "L F F M M M M M F", ("trainee",)),
    "home:why": Row("L O N O N O O O F", "L M M M M M M M F", ("trainee", "competency")),
    "home:cohort": Row("L F F O N F O O F", "L F F M M F M M F", ("cohort",)),
    "home:cohort-csv": Row("L F F O N F O O F", "L F F M M F M M F", ("cohort", "csv_table")),
    "exports:export-list": Row("L F F O O F O O F", "L F F O O F O O F"),
    "exports:export-detail": Row("L F F O N F N N N", "L F F M M F M M M", ("export",), READS_NOTICE),
    "exports:export-download": Row("L F F O N F N N N", "L F F M M F M M M", ("export",)),
    "exports:statement-export": Row("L F F F F F F O O", "L F F F F F F O O"),
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
    "xapi-token": Row(STORE_READS, STORE),
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
    "wagtailsnippets_curriculum_outing:add",  # as its pages do: a StreamField without its own form fields
})  # fmt: skip
# compte/: what somebody who is not signed in may open; the rest asks for sign-in. Sign-up is closed, e-mails have one door, ours.
ACCOUNT_OPEN = frozenset({
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done", "account_confirm_email",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_email_verification_sent",
})  # fmt: skip
ACCOUNT_SHUT = frozenset({"account_email", "account_set_password"})
