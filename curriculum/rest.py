"""The way, for programs: programmes, modules and steps; the runs of those one may read. Read-only."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.mixins import ListModelMixin

from competencies.rest import asked_uuid, reader_of, uuid_filter
from content.models import StepPage
from curriculum.models import Enrolment, ModulePage, ProgrammePage, Run, Target
from curriculum.selectors.path import steps_by_module
from lms.people.models import User
from lms.people.rules import Role


def programmes_open_to(user: User) -> QuerySet[ProgrammePage]:
    """Live programmes; of a trainee, those they are enrolled on."""
    live: QuerySet[ProgrammePage] = ProgrammePage.objects.live().select_related("framework").order_by("path")
    if user.role is not Role.TRAINEE:
        return live
    return live.filter(pk__in=Enrolment.objects.filter(trainee=user, withdrawn_at=None).values("programme"))


class ProgrammeRow(serializers.ModelSerializer[ProgrammePage]):
    """A programme and its budget, in minutes per kind."""

    framework = serializers.UUIDField(source="framework.uuid")

    class Meta:
        model = ProgrammePage
        fields = ["uuid", "code", "title", "framework", "theory_minutes", "practical_minutes", "culture_minutes"]


class Programmes(viewsets.ReadOnlyModelViewSet[ProgrammePage]):
    """The programmes one may follow or see."""

    queryset = ProgrammePage.objects.none()
    serializer_class = ProgrammeRow
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[ProgrammePage]:
        return programmes_open_to(reader_of(self.request))


class TargetRow(serializers.ModelSerializer[Target]):
    competency = serializers.UUIDField(source="competency.uuid")
    code = serializers.CharField(source="competency.code")

    class Meta:
        model = Target
        fields = ["competency", "code", "level"]


class StepRow(serializers.ModelSerializer[StepPage]):
    class Meta:
        model = StepPage
        fields = ["uuid", "title", "kind", "minutes", "hours_kind"]


class ModuleRow(serializers.ModelSerializer[ModulePage]):
    """A module: planned minutes per kind, competencies aimed at, steps in the author's order."""

    block = serializers.CharField(source="block.code")
    targets = TargetRow(many=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = ModulePage
        fields = [
            "uuid", "code", "title", "plain_title", "summary", "block", "theory_minutes", "practical_minutes", "culture_minutes",
            "targets", "steps",
        ]  # fmt: skip

    @extend_schema_field(StepRow(many=True))
    def get_steps(self, module: ModulePage) -> Any:
        return StepRow(self.context["steps"][module.pk], many=True).data


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("programme")]))
class Modules(viewsets.ReadOnlyModelViewSet[ModulePage]):
    """The modules of the programmes one may follow or see, with their steps."""

    queryset = ModulePage.objects.none()
    serializer_class = ModuleRow
    lookup_field = "uuid"
    shown: Iterable[ModulePage] = ()

    def get_queryset(self) -> QuerySet[ModulePage]:
        programmes = programmes_open_to(reader_of(self.request))
        uuid = asked_uuid(self.request, "programme")
        modules: QuerySet[ModulePage] = ModulePage.objects.none()
        for programme in programmes.filter(uuid=uuid) if uuid else programmes:
            modules = modules | ModulePage.objects.live().child_of(programme)
        return modules.select_related("block").prefetch_related("targets__competency").order_by("path")

    def get_serializer_context(self) -> dict[str, Any]:
        by_programme: dict[str, list[ModulePage]] = {}
        for module in self.shown:
            by_programme.setdefault(module.path[: -module.steplen], []).append(module)
        steps = {pk: found for group in by_programme.values() for pk, found in steps_by_module(group).items()}
        return {**super().get_serializer_context(), "steps": steps}

    def paginate_queryset(self, queryset: Any) -> Any:
        self.shown = super().paginate_queryset(queryset) or ()
        return self.shown

    def get_object(self) -> ModulePage:
        module: ModulePage = super().get_object()
        self.shown = [module]
        return module


class RunRow(serializers.ModelSerializer[Run]):
    """One take of one module by one trainee."""

    trainee = serializers.UUIDField(source="trainee.uuid")
    module = serializers.UUIDField(source="module.uuid")
    module_code = serializers.CharField(source="module.code")
    steps_done = serializers.IntegerField()

    class Meta:
        model = Run
        fields = ["uuid", "trainee", "module", "module_code", "number", "opened_at", "completed_at", "closed_at", "steps_done"]


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("trainee"), uuid_filter("module")]))
class ProgressRows(ListModelMixin, viewsets.GenericViewSet[Run]):
    """Every run of the trainees one may read, with the steps completed in it."""

    queryset = Run.objects.none()
    serializer_class = RunRow

    def get_queryset(self) -> QuerySet[Run]:
        rows = Run.objects.visible_to(reader_of(self.request)).select_related("trainee", "module")
        for name in ("trainee", "module"):
            uuid = asked_uuid(self.request, name)
            rows = rows.filter(**{f"{name}__uuid": uuid}) if uuid else rows
        return rows.annotate(steps_done=Count("visits", filter=Q(visits__completed_at__isnull=False))).order_by("pk")
