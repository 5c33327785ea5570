"""Citizen, one-stop and operator pages. Owns no table: everything comes from the other modules' faces."""

from hub.portal.compiled import static_file
from hub.portal.controllers.public import PublicPages
from hub.portal.web import site

PAGES = (PublicPages, static_file)

__all__ = ["PAGES", "site"]
