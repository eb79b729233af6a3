"""Doors of the way. A step's door is named `step-<kind>`, without namespace: other floors open their own kinds."""

from django.urls import include, path

from curriculum import views

own = [
    path("modules/", views.module_list, name="module-list"),
    path("modules/<uuid:uuid>/", views.module_open, name="module-open"),
    path("modules/<uuid:uuid>/refaire/", views.module_retake, name="module-retake"),
    path("modules/<uuid:uuid>/passages/", views.module_runs, name="module-runs"),
    path("modules/<uuid:uuid>/aide/", views.help_ask, name="help-ask"),
    path("lecons/<uuid:uuid>/place/", views.lesson_place, name="lesson-place"),
    path("lecons/<uuid:uuid>/lue/", views.lesson_complete, name="lesson-complete"),
    path("sorties/", views.outing_list, name="outing-list"),
    path("sorties/<uuid:uuid>/", views.outing, name="outing"),
    path("sorties/<uuid:uuid>/garder/", views.look_back_save, name="look-back-save"),
    path("sorties/<uuid:uuid>/envoyer/", views.look_back_give, name="look-back-give"),
    path("aide/", views.help_list, name="help-list"),
    path("aide/<uuid:uuid>/", views.help_answer, name="help-answer"),
]

urlpatterns = [
    path("", include((own, "curriculum"))),
    path("lecons/<uuid:uuid>/", views.lesson, name="step-lesson"),
]
