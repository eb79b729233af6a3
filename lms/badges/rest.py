"""Badges, for programs: those one may read; issue and revoke where a person may."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competencies.rest import asked_uuid, reader_of, uuid_filter
from lms.badges.models import Badge
from lms.badges.rules import MAY_ISSUE
from lms.badges.selectors import achievement_of, state_of
from lms.badges.services import issue_badge, revoke_badge
from lms.people.models import User


class BadgeRow(serializers.ModelSerializer[Badge]):
    """One badge: `achievement` is the uuid of a competency or of a block, `state` sound, revoked or expired, `token` the VC-JWT as issued."""

    trainee = serializers.UUIDField(source="trainee.uuid")
    achievement = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Badge
        fields = ["uuid", "trainee", "achievement", "title", "state", "issued_at", "expires_at", "revoked_at", "revoked_reason", "token"]

    def get_achievement(self, badge: Badge) -> UUID | None:
        row = badge.competency or badge.block
        return row.uuid if row else None

    def get_state(self, badge: Badge) -> str:
        return state_of(badge).value


class IssueRequest(serializers.Serializer[Badge]):
    """Which badge to whom; `until` is its last day, none for ever."""

    trainee = serializers.UUIDField()
    achievement = serializers.UUIDField()
    until = serializers.DateField(required=False, allow_null=True)


class RevokeRequest(serializers.Serializer[Badge]):
    """Why; the trainee reads it."""

    reason = serializers.CharField(max_length=500)


class IssuersOnly(IsAuthenticated):
    """Reading for all who are signed in, of whom they may read; writing for trainers and the coordination."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.method == "POST" and reader_of(request).role not in MAY_ISSUE:
            raise PermissionDenied(_("Un badge est donné par un formateur de la promotion ou par la coordination."))
        return True


@extend_schema_view(list=extend_schema(parameters=[uuid_filter("trainee"), uuid_filter("competency"), uuid_filter("block")]))
class Badges(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet[Badge]):
    """The badges of the trainees one may read. Issued and revoked by trainers and the coordination."""

    queryset = Badge.objects.none()
    serializer_class = BadgeRow
    permission_classes = [IssuersOnly]
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Badge]:
        rows = Badge.objects.visible_to(reader_of(self.request)).select_related("trainee", "competency", "block").order_by("pk")
        for name in ("trainee", "competency", "block"):
            uuid = asked_uuid(self.request, name)
            rows = rows.filter(**{f"{name}__uuid": uuid}) if uuid else rows
        return rows

    @extend_schema(request=IssueRequest, responses={201: BadgeRow})
    def create(self, request: Request) -> Response:
        """Give a badge; one that the trainee holds already is given back."""
        asked = IssueRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        typed = asked.validated_data
        trainee = get_object_or_404(User.objects.trainees_visible_to(reader_of(request)), uuid=typed["trainee"])
        what = achievement_of(typed["achievement"])
        if what is None:
            raise serializers.ValidationError({"achievement": [_("Aucune compétence ni aucun bloc n'a cet uuid.")]})
        badge = issue_badge(by=reader_of(request), trainee=trainee, what=what, until=typed.get("until"))
        return Response(BadgeRow(badge).data, status=201)

    @extend_schema(request=RevokeRequest, responses=BadgeRow)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uuid: UUID) -> Response:  # noqa: ARG002  found by get_object
        """Revoke a badge for good, with the reason that its holder reads."""
        badge = self.get_object()
        asked = RevokeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(BadgeRow(revoke_badge(by=reader_of(request), badge=badge.uuid, reason=asked.validated_data["reason"])).data)
