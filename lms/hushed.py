"""What no log keeps: the secret of a link, which Django writes with the address of each request that it refuses."""

import logging
import re

LINK = re.compile(r"/fichier/[^/\s]+")


class HideLinks(logging.Filter):
    """The same line without the secret of the link: whoever reads a log would open the file by it."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        hidden = LINK.sub("/fichier/…", told)
        if hidden != told:
            record.msg, record.args = hidden, ()
        return True
