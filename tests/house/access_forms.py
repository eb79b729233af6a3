"""What each form sends when it is filled in well, in the story of the access table."""

from typing import Any
from uuid import UUID

from assessments.models import Judgement, RubricCriterion, Submission
from assessments.rules import digest_of, drawn_from
from lms.certification.models import Certification, Decision
from lms.exports.rules.sharing import CURRENT_CONSENT
from tests.badges.story import badge_of_elsewhere
from tests.cast import PASSWORD
from tests.certification.civil import TYPED
from tests.certification.story import RULES, days
from tests.exports.papers import ACTION, BODY
from tests.house.access_story import Story, png

PROFILE_FORM = {
    "name": "Suivi mensuel", "format": "xlsx", "period": "all", "cadence": "monthly", "hour": 6, "weekday": 0, "monthday": 1,
    **{f"columns_{place}": f"{sheet}/Nom" for place, sheet in enumerate(("Stagiaires", "Heures", "Passages", "Niveaux"))},
}  # fmt: skip


def sent(told: Story) -> dict[str, dict[str, Any]]:
    """What each form of ours sends when it is filled in well, by URL name; a door absent here sends nothing."""
    world, waiting = told.small, Submission.objects.get(uuid=told.to["waiting"])
    lines = RubricCriterion.objects.filter(version=waiting.rubric_id)
    sheet = {"rev": 1, "others_known": 0, "comment": "Très net.", **{f"level_{line.pk}": "3" for line in lines}}
    work = {"work": [waiting.uuid], "back": waiting.uuid}
    draft = Judgement.objects.get(submission=waiting)
    newcomer = {"first_name": "Léa", "last_name": "Morin", "role": "trainee", "username": "", "email": "", "programme": world.programme.pk}
    return {
        "people:password-choose": {"password": "trois-mots-neufs", "again": "trois-mots-neufs"},
        "people:profile": {"email": "moi@exemple.org", "password": PASSWORD},
        "people:token-create": {"label": "Essai"},
        "people:person-create": newcomer,
        "people:person-detail": {"first_name": "Ana", "last_name": "Roux", "email": ""},
        "home:cohort-create": {
            "name": "Promotion neuve", "site": world.cohort.site_id, "starts_on": "2027-01-04", "ends_on": "2027-10-29",
        },
        "home:site-create": {"code": "LYO", "name": "Lyon", "seats": 4},
        "home:cohort-join": {"person": told.people["other_trainer"].uuid, "programme": world.programme.pk},
        "home:cohort-enrol": newcomer,
        "home:group-list": {"key": UUID(int=11), "name": "Atelier", "purpose": "Contours", "trainee": told.to["trainee"], "team": 1},
        "home:member-move": {"target": told.to["other_cohort"]},
        "home:people-import": {"text": "Léa;Morin;stagiaire", "programme": world.programme.pk},
        "curriculum:help-ask": {"message": "Je bloque."},
        "curriculum:help-answer": {"answer": "Je passe à 14 h."},
        "curriculum:look-back-save": {"words_1": "Un autre mot.", "rev": 2},
        "curriculum:look-back-give": {"words_1": "Un autre mot.", "words_2": "Oui.", "rev": 2},
        "curriculum:lesson-place": {"block": "abc"},
        "assessments:draft-save": {"text": "Un autre texte", "rev": 1},
        "assessments:quiz-start": {"key": UUID(int=8)},
        "assessments:quiz-redo": {"key": UUID(int=9)},
        "assessments:answer-judge": {"key": UUID(int=10), "word": "yes"},
        "assessments:exam-time": {"trainee": told.to["trainee"], "minutes": 10},
        "assessments:draft-merge": {"text": "Un autre texte", "rev": 1, "keep": "both"},
        "assessments:draft-files": {"uploads": png("autre.png")},
        "assessments:work-submit": {"text": "Ma version", "key": UUID(int=7), "rev": 1},
        "assessments:self-draft": {"rev": 0, **{f"level_{line.pk}": "2" for line in lines}},
        "assessments:self-version": {"rev": 1, **{f"level_{line.pk}": "3" for line in lines}},
        "assessments:peer-review": {"works": "Le bord est net.", "to_try": "Essaie un fond noir."},
        "assessments:agreement-propose": {**sheet, "other": told.to["other"]},
        "assessments:agreement-sign": {"rev": 1},
        "assessments:phrase-list": {"text": "Ton contour est net."},
        "assessments:phrase-detail": {"text": "Ton contour est très net."},
        "assessments:queue-take": work,
        "assessments:queue-give": {**work, "to": told.people["trainer"].uuid},
        "assessments:queue-put-back": work,
        "assessments:queue-ready": {"draft": f"{draft.uuid} {draft.rev}"},
        "assessments:judgement-save": sheet,
        "assessments:judgement-release": sheet,
        "assessments:picture-marks": {
            "base": digest_of([drawn_from("point 0.5 0.5", "mot-sur-l-image")]), "area": ["rect 0.1 0.2 0.3 0.4"], "text": ["Ce bord."],
        },
        "assessments:observe": {
            "key": UUID(int=6), "practical": told.to["practical"], "rubric": waiting.rubric.rubric.uuid, "version": 1,
            "seconds_ago": 0, **{f"level_{line.pk}": "3" for line in lines},
        },
        "assessments:observation-correct": {"reason": "Un autre stagiaire.", "key": UUID(int=5), **{f"level_{line.pk}": "1" for line in lines}},
        "exports:statement-export": {"key": UUID(int=9), "content": "jsonl", "first": "2026-01-01", "last": "2026-12-31", "verb": "", "activity": ""},
        "exports:document-list": {"act": "sheet", "promotion": world.cohort.uuid, "first": "2026-03-02", "last": "2026-03-06"},
        "exports:training-body": {**BODY, "name": "Autre nom", "key": UUID(int=15), "starts_on": "2026-01-05"},
        "exports:training-action": {**ACTION, "title": "Autre titre", "key": UUID(int=16), "starts_on": "2026-01-05"},
        "exports:dossier-detail": {"key": UUID(int=13)}, "exports:own-dossier": {"key": UUID(int=14)},
        "exports:own-comment": {"text": "mot-du-dossier"}, "exports:own-consent": {"answer": "yes", "text_version": CURRENT_CONSENT},
        "exports:own-works": {"join": []}, "exports:work-propose": {"practical": told.to["practical"], "answer": "yes"},
        "exports:profile-create": PROFILE_FORM, "exports:profile-edit": PROFILE_FORM, "exports:profile-run": {"key": UUID(int=15)},
        "exports:destination-list": {
            "name": "Partage", "kind": "webdav", "address": "https://partage.exemple.org/", "port": 22, "link_days": 7, "link_downloads": 3,
            "user": "depot", "password": "mot-du-partage",
        },
        "exports:export-send": {"destination": told.to["destination"]},
        "exports:export-list": {"key": UUID(int=8), "cohort": world.cohort.uuid, "content": "transcript:xlsx"},
        "certification:certification-list": {"framework": world.programme.framework.pk, **RULES, "starts_on": "2027-01-04"},
        "certification:session-create": {"key": UUID(int=15), "certification": Certification.objects.get().uuid, **days()},
        "certification:session-change": {"key": told.to["session"], **days(name="Session de juillet")},
        "exports:session-papers": {"act": "summon"},
        "certification:member-add": {"name": "M. Roux"},
        "certification:candidate-blocks": {"blocks": [told.to["block"]], "despite": "Le jury veut voir."},
        "certification:candidate-withdraw": {"reason": "Une autre fois."},
        "certification:decide": {
            "key": UUID(int=16), "corrects": Decision.objects.get().uuid, "outcome": "absent", "reason": "Elle n'était pas là.",
        },
        "api:dossier-list": {"trainee": told.to["trainee"]},
        "api:session-decisions": {
            "candidate": told.to["candidate"], "block": told.to["block"], "corrects": Decision.objects.get().uuid, "outcome": "absent", "reason": "Absente.",
        },
        "home:evidence-withdraw": {"occasion": told.to["occasion"], "reason": "Le fichier d'un autre."},
        "home:level-decide": {"level": 2, "reason": "Revu ensemble."},
        "home:opinion-note": {"key": UUID(int=11), "kind": "client", "said": "Le musée : repris tel quel."},
        "home:opinion-ask": {"key": UUID(int=13), "kind": "tutor", "name": "M. Petit", "days": 7, "competencies": [told.to["competency"]]},
        "home:opinion-give": {"seen_1": "done"},
        "home:review-ask": {"key": UUID(int=12), "kind": "observe", "text": "Je sais le faire."},
        "home:request-decide": {"is_granted": "oui", "answer": "Voyons-le jeudi."},
        "home:block-validate": {"assessment": "La commande du musée, mardi."},
        "home:rule-try": {"kind": "best"},
        "home:rule-apply": {"kind": "best", "reason": "Comme avant."},
        "home:version-try": {"version": "2.0"},
        "home:version-publish": {"version": "2.0", "reason": "Le certificateur l'a relue."},
        "home:version-carry": {"reason": "Depuis, ils ont continué."},
        "certification:accrochage-file": {"key": UUID(int=17)},
        "certification:accrochage-account": {"certifier": "03ABC123", "contract": "MCFCER000001", "emitter": "", "declares": "block"},
        "certification:identity-detail": TYPED,
        "certification:identity-list": {"text": f"{world.trainee.username};Durand;;Inès;;;1997;F;92002;Antony;"},
        "badges:badge-share": {"shows_name": "on"},
        "badges:badge-issue": {"achievement": world.competencies[1].uuid, "until": ""},
        "badges:cohort-issue": {"achievement": world.competencies[1].uuid, "to": [told.to["trainee"]]},
        "badges:badge-revoke": {"reason": "Donné deux fois."},
        "badges:prior-create": {"file": badge_of_elsewhere()},
        "badges:prior-decide": {"decision": "accepted", "reason": "Vu avec elle."},
        "badges:verify": {"file": badge_of_elsewhere(), "name": ""},
        "api:badge-list": {"trainee": told.to["trainee"], "achievement": world.competencies[1].uuid},
        "api:badge-revoke": {"reason": "Donné deux fois."},
        "api:evidence-opinion": {
            "key": UUID(int=14), "trainee": told.to["trainee"], "competencies": [told.to["competency"]], "kind": "client", "said": "Le musée : parfait.",
        },
        "api:evidence-decision": {
            "key": UUID(int=15), "trainee": told.to["trainee"], "competency": told.to["competency"], "level": 2, "reason": "Revu ensemble.",
        },
        "api:evidence-withdrawal": {"trainee": told.to["trainee"], "occasion": told.to["occasion"], "reason": "Le fichier d'un autre."},
        "api:group-list": {
            "key": UUID(int=16), "cohort": told.to["cohort"], "name": "Atelier", "purpose": "Contours",
            "members[0]trainee": told.to["trainee"], "members[0]team": 1,
        },
        "home:statement-detail": {"reason": "Saisi deux fois."},
        "home:subscriber-list": {"name": "Réseau", "kind": "webhook", "address": "https://reseau.exemple.org/", "version": "1.0.3"},
        "home:credential-list": {"label": "Essai", "scopes": ["statements/write", "state"], "ends_on": "2099-12-31", "sites": "https://exemple.org"},
    }  # fmt: skip
