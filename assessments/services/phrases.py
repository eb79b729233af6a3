"""Ready-made comments: kept, shared, put right, removed, counted. Nothing here is a fact about a trainee: no statement."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assessments.models import Phrase
from assessments.rules import MAX_PHRASE
from competencies.models import Criterion
from lms import clock
from lms.people.models import User
from lms.refusal import Refused


@transaction.atomic
def keep_phrase(*, by: User, text: str, criterion: Criterion | None, is_shared: bool) -> Phrase:
    """Keep a comment to use again. One's own same words on the same criterion are one phrase. Refused: no words, or too many."""
    words = _checked(text)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    same = Phrase.objects.filter(author=by, criterion=criterion, text=words, removed_at=None).first()
    if same is None:
        return Phrase.objects.create(author=by, criterion=criterion, text=words, is_shared=is_shared, made_at=clock.now())
    same.is_shared = is_shared
    same.save(update_fields=["is_shared"])
    return same


@transaction.atomic
def change_phrase(*, by: User, phrase: Phrase, text: str, is_shared: bool) -> None:
    """Put right one's own. Judgements signed with it keep the words of their time. Refused as for a new one, or when it would double another."""
    words = _checked(text)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    own = Phrase.objects.filter(author=by, removed_at=None)
    if own.filter(criterion=phrase.criterion, text=words).exclude(pk=phrase.pk).exists():
        raise Refused("phrase_twice", _("Vous avez déjà cette phrase."))
    own.filter(pk=phrase.pk).update(text=words, is_shared=is_shared)


@transaction.atomic
def remove_phrase(*, by: User, phrase: Phrase) -> None:
    """It is offered no more, to anyone. Removed already: nothing changes."""
    Phrase.objects.filter(pk=phrase.pk, author=by, removed_at=None).update(removed_at=clock.now())


def count_phrases(*, by: User, comments: Mapping[int | None, str]) -> None:
    """One use more for each phrase found in a judgement being signed, in the caller's transaction. `comments`: criterion -> words, None: the message."""
    on_lines = Q(criterion__in=[criterion for criterion in comments if criterion])
    offered = Phrase.objects.visible_to(by).filter(on_lines | Q(criterion=None))
    used = [phrase.pk for phrase in offered if phrase.text in comments.get(phrase.criterion_id, "")]
    locked = Phrase.objects.select_for_update().filter(pk__in=used).order_by("pk")  # two who sign at once take them in one order
    Phrase.objects.filter(pk__in=[phrase.pk for phrase in locked]).update(uses=F("uses") + 1)


def _checked(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refused("phrase_empty", _("Écrivez la phrase à garder."))
    if len(words) > MAX_PHRASE:
        raise Refused("phrase_too_long", _("%(max)s signes au plus : une phrase, une idée.") % {"max": MAX_PHRASE})
    return words
