"""Keeping the files people hand in, at once or piece by piece."""

from lms.files.services.keeping import check_upload, expire_files, keep_file, remove_orphans, save_with_file, used_by
from lms.files.services.pages import PDF, page_image, remove_pages
from lms.files.services.uploads import add_part, begin_upload, drop_upload, keep_upload, remove_unfinished

__all__ = [
    "PDF",
    "add_part",
    "begin_upload",
    "check_upload",
    "drop_upload",
    "expire_files",
    "keep_file",
    "keep_upload",
    "page_image",
    "remove_orphans",
    "remove_pages",
    "remove_unfinished",
    "save_with_file",
    "used_by",
]
