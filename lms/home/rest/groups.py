"""Groups of trainees, for programs: read, made and taken away by those who may on the pages."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from competencies.rest import asked_uuid, reader_of, uuid_filter, writers
from lms.people.models import Cohort, WorkingGroup, WorkingGroupMember
from lms.people.rules import Role
from lms.people.services import delete_group, save_group

MOST_MEMBERS = 500
TEACH = (Role.TRAINER, Role.COORDINATOR)


class MemberRow(serializers.ModelSerializer[WorkingGroupMember]):
    trainee = serializers.UUIDField(source="trainee.uuid")

    class Meta:
        model = WorkingGroupMember
        fields = ["trainee", "team"]


class MemberRequest(serializers.Serializer[WorkingGroupMember]):
    trainee = serializers.UUIDField()
    team = serializers.IntegerField(min_value=1, max_value=999)


class GroupRequest(serializers.Serializer[WorkingGroup]):
    """A group to keep. `key` is drawn by the program: sent again, it is the same group."""

    key = serializers.UUIDField()
    cohort = serializers.UUIDField()
    name = serializers.CharField(max_length=80)
    purpose = serializers.CharField(max_length=200)
    members = MemberRequest(many=True, allow_empty=False, max_length=MOST_MEMBERS)  # type: ignore[call-arg]  # of the list that `many` makes


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
    permission_classes = [writers(*TEACH, words=_("Un groupe est fait par un formateur de la promotion ou par la coordination."))]
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[WorkingGroup]:
        reader = reader_of(self.request)
        members = WorkingGroupMember.objects.visible_to(reader).select_related("trainee")
        rows = WorkingGroup.objects.visible_to(reader).select_related("cohort").prefetch_related(Prefetch("members", members))
        uuid = asked_uuid(self.request, "cohort") if self.action == "list" else None
        return rows.filter(cohort__uuid=uuid) if uuid else rows

    @extend_schema(request=GroupRequest, responses={201: GroupRow})
    def create(self, request: Request) -> Response:
        """Keep a group."""
        asked = GroupRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        typed = asked.validated_data
        cohort = get_object_or_404(Cohort.objects.visible_to(reader_of(request)), uuid=typed["cohort"])
        group = save_group(
            by=reader_of(request), cohort=cohort, name=typed["name"], purpose=typed["purpose"], key=typed["key"],
            teams={row["trainee"]: row["team"] for row in typed["members"]},
        )  # fmt: skip
        return Response(GroupRow(self.get_queryset().get(pk=group.pk)).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """Take a group away; nobody's record changes."""
        delete_group(by=reader_of(request), group=self.get_object())
        return Response(status=204)
