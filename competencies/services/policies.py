"""Writing the rule of a framework, of a competency or of a block, and validating blocks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from competencies import statements
from competencies.models import BLOCK_KINDS, LEVEL_KINDS, Block, BlockValidation, Competency, Criterion, Evidence, Framework, LevelRule
from competencies.rules import block_is_reached
from competencies.selectors.policies import block_levels, block_policy_of, block_rule, levels_of, rules_in_force, scope_of
from competencies.services.evidence import bring_standings
from lms import clock
from lms.people.models import User
from lms.people.services import notify
from lms.records import services as records
from lms.refusal import Refused

MOST = {"n": 50, "m": 50, "weight": 100, "threshold": 1000, "valid_days": 3660}
READ_BY = {
    "n_of_last": ("n", "m"), "decaying": ("weight",), "points": ("points", "required", "threshold"),
    "block_n": ("n", "required"), "block_points": ("points", "required", "threshold"),
}  # fmt: skip
MINIMUM = ("occasions", "kinds", "assessors", "days")


def drafted_rule(
    *,
    framework: Framework,
    kind: str,
    settings: Mapping[str, Any],
    name: str,
    competency: Competency | None = None,
    block: Block | None = None,
) -> LevelRule:
    """A rule as it would be kept, not kept: what a trial takes. Refused with what to change where its settings make no sense."""
    if kind not in (BLOCK_KINDS if block else LEVEL_KINDS):
        raise Refused("rule_kind_unknown", _("Choisissez comment le niveau se calcule."))
    said = _settings(kind, settings, _codes(competency, block))
    last = LevelRule.objects.filter(framework=framework).aggregate(last=Max("version"))["last"] or 0
    return LevelRule(
        framework=framework, competency=competency, block=block, version=last + 1, name=name.strip()[:120] or str({**LEVEL_KINDS, **BLOCK_KINDS}[kind]),
        kind=kind, settings=said,
    )  # fmt: skip


def _codes(competency: Competency | None, block: Block | None) -> set[str]:
    if competency:
        return set(Criterion.objects.filter(competency=competency).values_list("code", flat=True))
    return set(Competency.objects.filter(block=block).values_list("code", flat=True)) if block else set()


def _settings(kind: str, asked: Mapping[str, Any], codes: set[str]) -> dict[str, Any]:
    read = (*READ_BY.get(kind, ()), *(() if kind in BLOCK_KINDS else ("valid_days",)))
    said: dict[str, Any] = {name: asked[name] for name in read if asked.get(name)}
    for name, number in ((name, said.get(name)) for name in MOST):
        if number is not None and not 1 <= int(number) <= MOST[name]:
            raise Refused("rule_number", _("« %(name)s » : écrivez un nombre de 1 à %(most)d.") % {"name": name, "most": MOST[name]})
    _check_needed(kind, said)
    unknown = sorted({*said.get("points", {}), *said.get("required", [])} - codes)
    if unknown:
        raise Refused("rule_code_unknown", _("Code inconnu ici : %(codes)s.") % {"codes": ", ".join(unknown[:5])})
    if kind not in BLOCK_KINDS:
        minimum = {name: int(asked.get("minimum", {}).get(name) or 0) for name in MINIMUM}
        said |= {"minimum": {name: number for name, number in minimum.items() if number > 0}}
    return said


def _check_needed(kind: str, said: Mapping[str, Any]) -> None:
    if kind == "n_of_last" and not said.get("n", 0) <= said.get("m", 0):
        raise Refused("rule_n_of_m", _("Écrivez n et m, avec n plus petit ou égal à m. Exemple : 2 fois sur les 3 dernières."))
    if kind == "block_n" and not said.get("n"):
        raise Refused("rule_n", _("Écrivez combien de compétences il faut."))
    if kind in {"points", "block_points"}:
        total = sum(int(worth) for worth in said.get("points", {}).values())
        if not 1 <= said.get("threshold", 0) <= total:
            raise Refused("rule_points", _("Donnez des points, et un seuil entre 1 et leur total (%(total)d).") % {"total": total})


@transaction.atomic
def apply_rule(*, by: User, rule: LevelRule, reason: str) -> int:
    """Keep a drafted rule and bring every level of its scope to it: exactly the changes that the trial showed; each trainee is told.

    Returns how many levels moved. Refused without a reason, and where another rule was kept since the draft.
    """
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison : elle reste avec la règle, et les stagiaires concernés la lisent."))
    Framework.objects.select_for_update(no_key=True).get(pk=rule.framework_id)
    if LevelRule.objects.filter(framework=rule.framework_id, version__gte=rule.version).exists():
        raise Refused("rule_raced", _("Une autre règle vient d'être écrite. Refaites l'essai."))
    # Nobody's level moves by the former rule meanwhile: the trainee's row is the lock of a judgement too.
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    rule.reason, rule.applied_by, rule.applied_at = reason.strip()[:500], by, clock.now()
    rule.save()
    return 0 if rule.block_id else _bring_all(rule)


def _bring_all(rule: LevelRule) -> int:
    competencies = scope_of(rule)
    concerned = Evidence.objects.filter(competency__in=competencies, withdrawn_at=None).values("trainee")
    people = User.objects.in_bulk(concerned.values_list("trainee", flat=True).distinct())
    before = levels_of(people, competencies)
    told = bring_standings(rules_in_force(competencies), people, by=rule.applied_by, at=rule.applied_at, reason=rule.reason)
    after = levels_of(people, competencies)
    moved = {key for key in before.keys() | after.keys() if before.get(key, 0) != after.get(key, 0)}
    notify(
        recipients=[people[pk] for pk in sorted({trainee for trainee, _competency in moved})], path="/ce-que-je-sais-faire/",
        text=_("La règle des niveaux a changé. Un de tes niveaux a bougé : tu peux lire pourquoi."),
    )  # fmt: skip
    records.record(*told)
    return len(moved)


@transaction.atomic
def validate_block(*, by: User, trainee: User, block: Block, assessment: str) -> BlockValidation:
    """Sign that a block is gained, for good: its competencies let it be, and `assessment` says what was seen. The trainee is told.

    Done twice, it is done once. Refused while competencies are missing, and without a word of what was seen.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    known = BlockValidation.objects.filter(trainee=trainee, block=block).first()
    if known:
        return known
    if not assessment.strip():
        raise Refused("assessment_missing", _("Écrivez ce que vous avez vu : quel travail, quel jour, avec qui."))
    rule, standing = block_rule(block), block_levels(trainee.pk, block)
    policy = block_policy_of(rule, {head.code: head.pk for head, _level in standing})
    acquired_at = block.framework.scale.acquired_at
    if not block_is_reached({head.pk: level for head, level in standing}, policy, acquired_at):
        missing = [head.code for head, level in standing if level < acquired_at]
        raise Refused("block_not_reached", _("Il manque encore : %(codes)s.") % {"codes": ", ".join(missing)})
    now, levels = clock.now(), {head.code: level for head, level in standing}
    code = rule.code if rule else "block_all/0"
    fact = statements.block_validated(trainee=trainee, block=block, levels=levels, rule=code, by=by, at=now)
    made = BlockValidation.objects.create(
        trainee=trainee, block=block, assessment=assessment.strip()[:1000], rule=code, levels=levels, at=now, by=by,
        statement_id=UUID(str(fact["id"])),
    )  # fmt: skip
    notify(
        recipients=[trainee],
        path="/ce-que-je-sais-faire/",
        text=_("Bravo : le bloc « %(block)s » est validé.") % {"block": block.label[:120]},
    )
    records.record(fact)
    return made
