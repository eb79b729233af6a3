"""Whose record an export may tell, asked of its owner's rights as they are now: when it is asked for, made, taken and sent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from curriculum.selectors.cohort import enrolments_of, followers
from lms import clock
from lms.exports.kinds import EVERY_KIND, Kind
from lms.exports.models import Export
from lms.exports.rules.profiles import LEAST_PEOPLE
from lms.exports.selectors import Follower, followers_of
from lms.exports.selectors.profiles import chosen_enrolments
from lms.exports.selectors.sharing import consent_of
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.refusal import Refused

CONSENT_MISSING = gettext_noop("Le stagiaire n'a pas donné son accord pour que son dossier parte. Il le donne sur sa page « Mon dossier ».")


def trainees_for(owner: User, kind: Kind, parameters: Mapping[str, Any]) -> list[Follower]:
    """The trainees an export is about, asked of the owner's rights as they are now. Refused when there is none to read.

    A kind that is of no one in particular asks for the role alone, and gives back nobody.
    """
    if kind.write:
        if not owner.is_active or owner.role not in kind.roles:
            raise Refused("role_not_allowed", _("Les traces du site sont exportées par la coordination ou l'administration."))
        return []
    found = _found(owner, parameters) if owner.is_active and owner.role in kind.roles else []
    if not found:
        raise Refused("nobody_to_export", _("Il n'y a ici aucun stagiaire dont vous suivez le parcours. Choisissez une autre promotion."))
    if kind.of_one and owner.role is Role.CERTIFIER and consent_of(found[0].trainee) is None:
        raise Refused("consent_missing", _(CONSENT_MISSING))
    if parameters.get("hides_people") and len({follower.trainee for follower in found}) < LEAST_PEOPLE:
        raise Refused(
            "too_few_people", _("Sans les noms, un fichier de moins de %(least)s personnes dirait encore qui elles sont. Ajoutez une promotion, ou gardez les noms.") % {"least": LEAST_PEOPLE},
        )  # fmt: skip
    return found


def dossier_reader(by: User, trainee: UUID) -> Follower:
    """Whose dossier `by` may read now, on their latest programme. Refused as `trainees_for`."""
    return trainees_for(by, EVERY_KIND["dossier"], {"trainee": str(trainee)})[0]


def opened_for(by: User, export: Export) -> File[bytes] | None:
    """The content of a finished file, if `by` may still read whom it is about; None where it is not there for them."""
    kind = EVERY_KIND.get(export.kind)
    if kind is None or not export.content or export.expires_at < clock.now():
        return None
    try:
        found = {str(follower.uuid) for follower in trainees_for(by, kind, export.parameters)}
        if not found.issuperset(export.parameters.get("people", ())):
            return None
        opened: File[bytes] = export.content.open("rb")
    except (Refused, FileNotFoundError):
        return None
    return opened


def check_may_leave(export: Export) -> None:
    """Refused unless a file may go to somebody outside, now: as who asked for it may read, and a dossier only with its trainee's yes.

    Several dossiers in one file never go: whom they are about may have changed since it was made, and each has to have said yes.
    """
    kind = EVERY_KIND[export.kind]
    if not export.owner.is_active or export.owner.role not in kind.roles:
        raise Refused("owner_gone", _("La personne qui a demandé ce fichier n'en a plus le droit. Demandez le même, puis envoyez-le."))
    if kind.of_all:
        words = _("Plusieurs dossiers ne partent pas ensemble. Demandez et envoyez celui de chaque personne qui a donné son accord.")
        raise Refused("one_by_one", words)
    found = trainees_for(export.owner, kind, export.parameters)
    if kind.of_one and consent_of(found[0].trainee) is None:
        raise Refused("consent_missing", _(CONSENT_MISSING))


def _found(owner: User, parameters: Mapping[str, Any]) -> list[Follower]:
    if "profile" in parameters:
        if owner.role is not Role.COORDINATOR:
            return []
        chosen = chosen_enrolments(seen_by=owner, cohorts=parameters["cohorts"], only_active=parameters["only_active"])
        return followers_of(chosen)
    if "cohort" in parameters:
        cohort = Cohort.objects.visible_to(owner).select_related("site").filter(uuid=parameters["cohort"]).first()
        return followers_of(followers(seen_by=owner, cohort=cohort), cohort=cohort) if cohort else []
    if "trainee" in parameters:
        return followers_of(enrolments_of(seen_by=owner, trainee=UUID(parameters["trainee"])))
    return []
