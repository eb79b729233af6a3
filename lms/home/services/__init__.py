"""Services of the roof: loading a programme and a demo, which join every app."""

from lms.home.services.loading import load_programme

__all__ = ["load_programme"]
