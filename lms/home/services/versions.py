"""Publishing a version where what teaches and assesses is known too."""

from django.db import transaction
from django.utils.translation import gettext as _

from competencies.models import Framework
from competencies.selectors.versions import Mapped
from competencies.services.versions import Published, publish_version
from lms.home.selectors.versions import uses_of
from lms.people.models import User
from lms.refusal import Refused


@transaction.atomic
def publish_framework(
    *, by: User, framework: Framework, version: str, reason: str, mapped: Mapped, follows: Framework | None = None
) -> Published:
    """As `publish_version`; refused besides while a published page still leans on a competency that would be archived."""
    uses = [] if follows else uses_of(list(mapped))
    if uses:
        said = _("Changez d'abord ce qui vise encore une compétence retirée : %(uses)s.")
        raise Refused("competency_in_use", said % {"uses": " ; ".join(uses[:4])})
    return publish_version(by=by, framework=framework, version=version, reason=reason, mapped=mapped, follows=follows)
