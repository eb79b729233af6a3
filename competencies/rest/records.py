"""What can be done, for programs: the framework's competencies, and the levels one may read. Read-only."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from competencies.models import Competency, Criterion, Standing
from lms.people.models import User
from lms.people.rules import Role


def asked_uuid(request: Request, name: str) -> UUID | None:
    """A uuid of the address's query, if given; 400 with a sentence when it is not one."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise serializers.ValidationError({name: ["Ce n'est pas un uuid."]}) from None


def reader_of(request: Request) -> User:
    """The person a guarded request comes from."""
    if not isinstance(request.user, User):
        raise TypeError("guarded by IsAuthenticated")
    return request.user


def uuid_filter(name: str) -> OpenApiParameter:
    return OpenApiParameter(name, UUID, description="Only the rows of this one, by uuid.")


def writers(*roles: Role, words: str | Promise) -> type[IsAuthenticated]:
    """Reading for all who are signed in, of what they may read; writing for these roles, the others being told `words`."""

    class Writers(IsAuthenticated):
        def has_permission(self, request: Request, view: APIView) -> bool:
            if not super().has_permission(request, view):
                return False
            if request.method not in SAFE_METHODS and reader_of(request).role not in roles:
                raise PermissionDenied(str(words))
            return True

    return Writers


class CriterionRow(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields = ["code", "label"]


class CompetencyRow(serializers.ModelSerializer[Competency]):
    """A competency with its observable criteria."""

    block = serializers.CharField(source="block.code")
    block_label = serializers.CharField(source="block.label")
    framework = serializers.UUIDField(source="block.framework.uuid")
    criteria = CriterionRow(many=True)

    class Meta:
        model = Competency
        fields = ["uuid", "code", "label", "plain_label", "block", "block_label", "framework", "references", "criteria"]


class Competencies(viewsets.ReadOnlyModelViewSet[Competency]):
    """The published competencies, in their framework's order."""

    queryset = (
        Competency.objects.filter(live=True)
        .select_related("block__framework")
        .prefetch_related("criteria")
        .order_by("block__framework", "block__sort_order", "position", "pk")
    )
    serializer_class = CompetencyRow
    lookup_field = "uuid"


class StandingRow(serializers.ModelSerializer[Standing]):
    """The proven level of one trainee in one competency, with the judgement and the statement behind it."""

    trainee = serializers.UUIDField(source="trainee.uuid")
    competency = serializers.UUIDField(source="competency.uuid")
    code = serializers.CharField(source="competency.code")
    judgement = serializers.UUIDField(source="occasion")
    statement = serializers.UUIDField(source="statement_id", allow_null=True)

    class Meta:
        model = Standing
        fields = ["trainee", "competency", "code", "level", "since", "rule", "judgement", "statement"]


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("trainee"), uuid_filter("competency")]))
class Standings(ListModelMixin, viewsets.GenericViewSet[Standing]):
    """Levels proven by the trainees one may read. A competency that is absent stands at 0."""

    queryset = Standing.objects.none()
    serializer_class = StandingRow

    def get_queryset(self) -> QuerySet[Standing]:
        rows = Standing.objects.visible_to(reader_of(self.request)).select_related("trainee", "competency").order_by("pk")
        for name in ("trainee", "competency"):
            uuid = asked_uuid(self.request, name)
            rows = rows.filter(**{f"{name}__uuid": uuid}) if uuid else rows
        return rows
