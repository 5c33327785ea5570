"""What is generated from code and kept in the repository, so that a reader and a vendor need not run anything."""

from hub.publishing.documents import documents

__all__ = ["documents"]
