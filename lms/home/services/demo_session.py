"""A certification session of the demo: under way, some blocks decided, told through the product's own services."""

from datetime import timedelta
from uuid import uuid4

from competencies.models import Framework
from lms import clock
from lms.certification.models import CertificationSession, PresentedBlock
from lms.certification.selectors import eligibility_of
from lms.certification.services import add_member, create_session, present, save_certification
from lms.certification.services.decisions import decide
from lms.exports.rules.sharing import CURRENT_CONSENT
from lms.exports.services.dossiers import give_consent
from lms.exports.services.jury_papers import summon
from lms.exports.services.training import save_body
from lms.people.models import User

# The SIRET is the example of INSEE's own documentation; the rest is invented.
BODY = {
    "name": "Permis de vivre la ville (démonstration)", "siret": "73282932000074", "declaration": "11750123475", "address": "12 rue des Forges\n92160 Antony",
    "signatory": "Anne Morel", "quality": "présidente", "place": "Antony",
}  # fmt: skip
DESPITE = "Le jury veut voir son travail de près."
COMMENT = "Le travail est net et expliqué. Il manque encore une commande menée seul."


def load_session(*, framework: Framework, coordinator: User, certifier: User, candidates: list[User]) -> CertificationSession:
    """A session that began yesterday: these candidates, each with the blocks they have, or the one they are nearest to; two decisions."""
    today = clock.today()
    certification = save_certification(
        by=coordinator, framework=framework, title=framework.title, certifier="IFOCOP", kind="", code="", obtained_by="PAR_ADMISSION",
        acquired_percent=80, hours_percent=0, needs_validation=False, access_days=30, starts_on=today - timedelta(days=180), reason="",
    )  # fmt: skip
    with clock.at(clock.now() - timedelta(days=20)):
        session = create_session(
            by=coordinator, key=uuid4(), certification=certification, name="Première session", opens_on=today - timedelta(days=14),
            starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1), mode="EN_PRESENTIEL", place="12 rue des Forges, Antony",
            postal_code="92160", time_words="de 9 h à 17 h, accueil à 8 h 45",
        )  # fmt: skip
        add_member(by=coordinator, session=session, user=certifier, quality="certificateur", is_president=True)
        add_member(by=coordinator, session=session, user=None, name="Mme Vasseur", quality="infographiste")
        for candidate in candidates:
            _present(coordinator, session, candidate)
        save_body(by=coordinator, key=uuid4(), starts_on=today - timedelta(days=180), values=BODY)
        summon(by=coordinator, session=session)
    give_consent(by=candidates[0], text_version=CURRENT_CONSENT)
    presented = PresentedBlock.objects.filter(candidate__session=session).select_related(
        "block", "candidate__trainee", "candidate__session__certification__framework"
    )
    for row, (outcome, comment) in zip(presented.order_by("-pk")[:2], (("total", ""), ("partial", COMMENT)), strict=False):
        decide(by=certifier, presented=row, outcome=outcome, comment=comment)
    return session


def _present(by: User, session: CertificationSession, trainee: User) -> None:
    standing = eligibility_of([trainee.pk], session.certification)[trainee.pk]
    ready = [one.block for one in standing if one.is_eligible]
    nearest = min(standing, key=lambda one: sum(len(missing.codes) for missing in one.missing)).block
    present(by=by, session=session, trainees=[trainee], blocks=ready or [nearest], despite="" if ready else DESPITE)
