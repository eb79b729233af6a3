"""Groups of trainees, for programs. Read-only."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from competencies.rest import asked_uuid, reader_of, uuid_filter
from lms.people.models import WorkingGroup, WorkingGroupMember


class MemberRow(serializers.ModelSerializer[WorkingGroupMember]):
    trainee = serializers.UUIDField(source="trainee.uuid")

    class Meta:
        model = WorkingGroupMember
        fields = ["trainee", "team"]


class GroupRow(serializers.ModelSerializer[WorkingGroup]):
    """A group kept: what for, since when, who is in it (of those one may read), in which team from 1."""

    cohort = serializers.UUIDField(source="cohort.uuid")
    members = MemberRow(many=True)

    class Meta:
        model = WorkingGroup
        fields = ["uuid", "cohort", "name", "purpose", "made_at", "members"]


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("cohort")]))
class Groups(viewsets.ReadOnlyModelViewSet[WorkingGroup]):
    """The groups of the cohorts one teaches or coordinates, the newest first."""

    queryset = WorkingGroup.objects.none()
    serializer_class = GroupRow
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[WorkingGroup]:
        reader = reader_of(self.request)
        members = WorkingGroupMember.objects.visible_to(reader).select_related("trainee")
        rows = WorkingGroup.objects.visible_to(reader).select_related("cohort").prefetch_related(Prefetch("members", members))
        uuid = asked_uuid(self.request, "cohort") if self.action == "list" else None
        return rows.filter(cohort__uuid=uuid) if uuid else rows
