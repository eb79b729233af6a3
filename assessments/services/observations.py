"""What a trainer sees on the spot, signs at once and corrects. One transaction each; statements recorded once, last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import Observation, ObservedMark, PracticalPage, RubricCriterion, RubricVersion
from assessments.rules import MAX_SEEN_MESSAGE, Seen, check_marks, observed_at, outcome_of
from assessments.selectors import module_of
from competencies.models import Competency
from competencies.services import record_evidence
from curriculum.models import Run
from lms import clock
from lms.files.models import PrivateFile
from lms.files.rules import ALLOWED, PICTURES, extension_of
from lms.files.services import keep_file
from lms.people import services as people
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused

PHOTOS = ",".join(sorted(PICTURES))
VOICES = ",".join(sorted(extension for extension, kind in ALLOWED.items() if kind.startswith("audio/")))


@dataclass(frozen=True, slots=True)
class Joined:
    """What may come along with the levels: a few words, a photo, a voice note."""

    comment: str = ""
    photo: UploadedFile[Any] | None = None
    voice: UploadedFile[Any] | None = None


@transaction.atomic
def observe(
    *, by: User, trainee: User, rubric: RubricVersion, practical: PracticalPage | None, levels: Mapping[int, int], key: UUID,
    seconds_ago: int = 0, joined: Joined | None = None,
) -> Observation:  # fmt: skip
    """Sign what was seen: `levels` by rubric line, a line left alone was not observed. Evidence at once, the trainee is told.

    `key` is the uuid it is to have: the same form sent twice, even days later, makes one. `seconds_ago` is how long it waited on
    the phone, bounded to a week. Refused: nothing observed, level 4 without a commission, a file that is neither picture nor sound.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)  # those of one trainee are taken in turn
    already = Observation.objects.filter(uuid=key).first()
    if already and (already.assessor_id, already.trainee_id) == (by.pk, trainee.pk):
        return already
    joined = joined or Joined()
    made = Observation(
        uuid=uuid4() if already else key, trainee=trainee, assessor=by, rubric=rubric, practical=practical,
        run=_open_run(trainee, practical), comment=joined.comment.strip()[:MAX_SEEN_MESSAGE],
        observed_at=observed_at(now=clock.now(), seconds_ago=seconds_ago),
    )  # fmt: skip
    return _signed(made, levels, joined)


@transaction.atomic
def correct_observation(
    *, by: User, observation: Observation, levels: Mapping[int, int], reason: str, key: UUID, joined: Joined | None = None
) -> Observation:
    """Replace an observation by another, with a reason that the trainee reads: the only thing that lowers what it proved.

    Its photo and voice note stay unless others come. Refused: no reason, one that is corrected already, and as `observe`.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=observation.trainee_id)
    other = Observation.objects.filter(corrects=observation).select_related("assessor").first()
    if other and (other.uuid, other.assessor_id) == (key, by.pk):
        return other
    if other:
        raise Refused("corrected_already", _("%(name)s a déjà corrigé cette observation.") % {"name": other.assessor})
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison de la correction : le stagiaire la lira."))
    joined = joined or Joined()
    made = Observation(
        uuid=uuid4() if Observation.objects.filter(uuid=key).exists() else key, trainee=observation.trainee, assessor=by,
        rubric=observation.rubric, practical=observation.practical, run=observation.run, comment=joined.comment.strip()[:MAX_SEEN_MESSAGE],
        photo=observation.photo, voice=observation.voice, observed_at=clock.now(), corrects=observation, reason=reason.strip()[:500],
    )  # fmt: skip
    return _signed(made, levels, joined)


def _signed(made: Observation, levels: Mapping[int, int], joined: Joined) -> Observation:
    lines = {line.pk: line for line in RubricCriterion.objects.filter(version=made.rubric_id).select_related("criterion")}
    marks = [(lines[line], level) for line, level in levels.items() if line in lines]
    seen = [Seen(line.pk, line.criterion.competency_id, level) for line, level in marks]
    check_marks(seen, is_commission=made.practical is not None and made.practical.is_commission)
    made.photo = _kept_photo(made.assessor, joined.photo) or made.photo
    made.voice = _kept_voice(made.assessor, joined.voice) or made.voice
    reached, now, replaced = outcome_of(seen), clock.now(), made.corrects
    competencies = list(Competency.objects.filter(pk__in=reached).order_by("pk"))
    told: list[Json] = [statements.withdrawn(by=made.assessor, statement_id=replaced.statement_id, at=now)] if replaced else []
    told.append(
        statements.observed(
            observation=made, module=module_of(made.practical) if made.practical else None, at=made.observed_at,
            competencies=competencies, marks={line.criterion.code: level for line, level in marks},
            levels={competency.code: reached[competency.pk] for competency in competencies},
        )
    )  # fmt: skip
    made.recorded_at, made.statement_id = max(now, made.observed_at), UUID(str(told[-1]["id"]))
    made.save()
    ObservedMark.objects.bulk_create(ObservedMark(observation=made, line=line, level=level) for line, level in marks)
    told += record_evidence(
        by=made.assessor, kind="observation", trainee=made.trainee, occasion=made.uuid, statement_id=made.statement_id, at=made.observed_at,
        levels={line.criterion: level for line, level in marks}, replaces=[replaced.uuid] if replaced else [], reason=made.reason,
    )  # fmt: skip
    words = _("Une observation a été corrigée : %(work)s") if replaced else _("%(name)s t'a vu faire : %(work)s")
    people.notify(
        recipients=[made.trainee], path=reverse("assessments:observation", args=[made.uuid]),
        text=words % {"name": made.assessor, "work": made.practical.title if made.practical else made.rubric.title},
    )  # fmt: skip
    records.record(*told)
    return made


def _open_run(trainee: User, practical: PracticalPage | None) -> Run | None:
    if practical is None:
        return None
    return Run.objects.filter(trainee=trainee, module=module_of(practical), closed_at=None).first()


def _kept_photo(by: User, upload: UploadedFile[Any] | None) -> PrivateFile | None:
    if upload is None:
        return None
    if extension_of(upload.name or "") not in PICTURES:
        raise Refused("photo_kind", _("La photo doit être une image : JPEG, PNG, WebP ou HEIC."))
    return keep_file(owner=by.uuid, upload=upload)


def _kept_voice(by: User, upload: UploadedFile[Any] | None) -> PrivateFile | None:
    if upload is None:
        return None
    if extension_of(upload.name or "") not in VOICES.split(","):
        raise Refused("voice_kind", _("Le mot vocal doit être un son : MP3, M4A, OGG, WAV ou FLAC."))
    return keep_file(owner=by.uuid, upload=upload)
