"""Doors of badges: of their holder, of the team, and of anyone."""

from django.urls import include, path

from lms.badges.views import own as mine
from lms.badges.views import public, staff

own = [
    path("mes-badges/", mine.badge_list, name="badge-list"),
    path("mes-badges/<uuid:uuid>/", mine.badge_detail, name="badge-detail"),
    path("mes-badges/<uuid:uuid>/partager/", mine.badge_share, name="badge-share"),
    path("mes-badges/<uuid:uuid>/ne-plus-partager/", mine.badge_unshare, name="badge-unshare"),
    path("mes-badges/<uuid:uuid>/<str:form>", mine.badge_file, name="badge-file"),
    path("badges-donnes/", staff.staff_list, name="staff-list"),
    path("badges-donnes/promotion/<uuid:cohort>/donner/", staff.cohort_issue, name="cohort-issue"),
    path("badges-donnes/stagiaire/<uuid:trainee>/", staff.trainee_badges, name="trainee-badges"),
    path("badges-donnes/stagiaire/<uuid:trainee>/donner/", staff.badge_issue, name="badge-issue"),
    path("badges-donnes/<uuid:uuid>/annuler/", staff.badge_revoke, name="badge-revoke"),
    path("badges-d-ailleurs/<uuid:trainee>/", mine.prior_create, name="prior-create"),
    path("badges-d-ailleurs/<uuid:uuid>/fichier/", mine.prior_file, name="prior-file"),
    path("badges-d-ailleurs/<uuid:uuid>/decider/", staff.prior_decide, name="prior-decide"),
    path(".well-known/did.json", public.did_json, name="did"),
    path(".well-known/jwks.json", public.jwks, name="jwks"),
    path("badges/emetteur/", public.issuer, name="issuer"),
    path("badges/realisations/<uuid:uuid>/", public.achievement, name="achievement"),
    path("badges/realisations/<uuid:uuid>/image.svg", public.achievement_picture, name="achievement-picture"),
    path("badges/statuts/", public.status_list, name="status-list"),
    path("badges/verifier/", public.verify, name="verify"),
    path("badges/<str:token>/", public.shared, name="shared"),
]

urlpatterns = [path("", include((own, "badges")))]
