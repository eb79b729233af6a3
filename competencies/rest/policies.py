"""How levels are made, for programs: every rule that was written, and which ones are in force. Read-only."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from competencies.models import LevelRule
from competencies.rest.records import asked_uuid, reader_of, uuid_filter
from lms.people.rules import Role

READ = (Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER)


class RuleReaders(IsAuthenticated):
    """Those who read the rules on their page."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if reader_of(request).role not in READ:
            raise PermissionDenied("Les règles des niveaux se lisent par l'équipe et le certificateur.")
        return True


class RuleRow(serializers.ModelSerializer[LevelRule]):
    """One version of the rule of a framework, of one competency or of one block. `code` is what standings and statements name."""

    framework = serializers.UUIDField(source="framework.uuid")
    competency = serializers.UUIDField(source="competency.uuid", default=None, allow_null=True)
    block = serializers.UUIDField(source="block.uuid", default=None, allow_null=True)
    applied_by = serializers.UUIDField(source="applied_by.uuid")
    in_force = serializers.BooleanField()

    class Meta:
        model = LevelRule
        fields = [
            "uuid", "framework", "competency", "block", "version", "code", "name", "kind", "settings", "reason", "applied_at", "applied_by",
            "in_force",
        ]  # fmt: skip


IN_FORCE = OpenApiParameter(
    "in_force", str, enum=["true", "false"], description="Only the newest rule of each scope, or only those replaced."
)


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("framework"), uuid_filter("competency"), uuid_filter("block"), IN_FORCE]))
class Rules(ListModelMixin, viewsets.GenericViewSet[LevelRule]):
    """Every rule of the published frameworks, the newest first. Where none was written, the best proven level stands (`best-proven/1`)."""

    queryset = LevelRule.objects.none()
    serializer_class = RuleRow
    permission_classes = [RuleReaders]

    def get_queryset(self) -> QuerySet[LevelRule]:
        scope = {"of_competency": Coalesce("competency", 0), "of_block": Coalesce("block", 0)}
        same = {name: OuterRef(name) for name in ("framework", *scope)}
        newer = LevelRule.objects.annotate(**scope).filter(**same, version__gt=OuterRef("version"))
        rows = LevelRule.objects.filter(framework__live=True).select_related("framework", "competency", "block", "applied_by")
        rows = rows.annotate(**scope).annotate(in_force=~Exists(newer)).order_by("framework", "-version")
        for name in ("framework", "competency", "block"):
            uuid = asked_uuid(self.request, name)
            rows = rows.filter(**{f"{name}__uuid": uuid}) if uuid else rows
        asked = self.request.query_params.get("in_force", "")
        if asked not in ("", "true", "false"):
            raise serializers.ValidationError({"in_force": ["Écrivez true ou false."]})
        return rows.filter(in_force=asked == "true") if asked else rows
