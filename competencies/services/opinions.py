"""Asking somebody outside, by a link, what they saw a trainee do; closing the link; keeping the answer."""

import base64
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from competencies.models import SEEN_WORDS, Competency, OpinionLine, OpinionRequest
from competencies.models.opinion import digest_of
from competencies.services.evidence import keep_opinion
from lms import clock
from lms.people.models import User
from lms.people.services import notify
from lms.records import services as records
from lms.refusal import Refused

DAYS, MOST_DAYS = 14, 90
MOST_LINES = 8  # more is a questionnaire, which a client does not fill in


@transaction.atomic
def ask_opinion(
    *, by: User, trainee: User, kind: str, name: str, competencies: Sequence[Competency], key: UUID, about: str = "", days: int = DAYS
) -> tuple[OpinionRequest, str]:
    """Make a link for one named person; its secret is given back here and kept nowhere. The same form sent again (`key`) gives the same link.

    Refused without a name, without a competency or with too many, and for days out of bounds.
    """
    if not name.strip():
        raise Refused("opinion_name_missing", _("Écrivez à qui vous demandez cet avis."))
    if not 1 <= len(competencies) <= MOST_LINES:
        raise Refused("opinion_lines", _("Choisissez de 1 à %(most)d compétences : au-delà, personne ne répond.") % {"most": MOST_LINES})
    if not 1 <= days <= MOST_DAYS:
        raise Refused("opinion_days", _("Le lien sert de 1 à %(most)d jours.") % {"most": MOST_DAYS})
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    secret = _secret_of(key)
    known = OpinionRequest.objects.filter(uuid=key).first()
    if known and known.trainee_id != trainee.pk:
        raise Refused("opinion_key_taken", _("Ce formulaire a déjà servi pour une autre personne. Ouvrez-le de nouveau."))
    if known:
        return known, secret
    now = clock.now()
    asked = OpinionRequest.objects.create(
        uuid=key, trainee=trainee, kind=kind, name=name.strip()[:80], about=about.strip()[:200], digest=digest_of(secret),
        asked_at=now, asked_by=by, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    OpinionLine.objects.bulk_create(
        OpinionLine(request=asked, competency=competency, position=place) for place, competency in enumerate(competencies, start=1)
    )
    return asked, secret


def _secret_of(key: UUID) -> str:
    """256 bits that only this site can draw from the form's key: a form sent twice shows one link, though only its digest is kept."""
    return base64.urlsafe_b64encode(salted_hmac("competencies.opinion", str(key), algorithm="sha256").digest()).decode().rstrip("=")


@transaction.atomic
def revoke_opinion(*, by: User, asked: OpinionRequest) -> None:
    """Close a link that was not used. Closed already: nothing changes. Refused once it was answered: a proof is withdrawn with a reason."""
    found = OpinionRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=asked.pk)
    if found.used_at:
        raise Refused(
            "opinion_used", _("%(name)s vient de répondre. Lisez ce qui a été dit ; une preuve se retire.") % {"name": found.name}
        )
    if not found.revoked_at:
        found.revoked_at, found.revoked_by = clock.now(), by
        found.save(update_fields=["revoked_at", "revoked_by"])


@transaction.atomic
def give_opinion(*, asked: OpinionRequest, answers: Mapping[UUID, tuple[str, str]]) -> bool:
    """Keep what the person of a link answered, once: by competency, what they saw and their words. False where the link is used,
    closed or over: nothing is kept.

    What was seen is evidence beside the levels, its assessor who asked; who asked is told. Refused unless each competency has its answer.
    """
    found = OpinionRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("trainee", "asked_by").get(pk=asked.pk)
    if found.state != "open":
        return False
    lines = list(found.lines.select_related("competency"))
    for line in lines:
        line.seen, line.comment = answers.get(line.competency.uuid, ("", ""))
        line.comment = line.comment.strip()[:300]
    if any(line.seen not in SEEN_WORDS for line in lines):
        raise Refused("opinion_incomplete", _("Choisissez une réponse pour chaque ligne. « Pas vu » en est une."))
    OpinionLine.objects.bulk_update(lines, ["seen", "comment"])
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    said = {line.competency: _words(found.name, line) for line in lines if line.seen != "unseen"}
    told = (
        keep_opinion(by=found.asked_by, trainee=found.trainee, said=said, kind=found.kind, level=None, occasion=found.uuid) if said else []
    )
    notify(
        recipients=[found.asked_by], path=f"/stagiaires/{found.trainee.uuid}/",
        text=(_("%(name)s a donné son avis sur %(who)s.") % {"name": found.name, "who": found.trainee})[:200],
    )  # fmt: skip
    records.record(*told)
    return True


def _words(name: str, line: OpinionLine) -> str:
    said = _("%(name)s : %(seen)s.") % {"name": name, "seen": SEEN_WORDS[line.seen]}
    return f"{said} {line.comment}".strip()
