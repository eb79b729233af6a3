"""The figures of the pages that join several apps: rows in, `Plot` out. One module a page."""
