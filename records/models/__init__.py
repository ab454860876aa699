from records.models.events import Event
from records.models.files import Attachment, Document, DocumentKind
from records.models.jobs import Job
from records.models.personal import (
    DataRequest,
    DataRequestItem,
    RequestKind,
    RequestStatus,
    RetentionReport,
    RetentionRule,
)
from records.models.seals import Seal, SealEntry

__all__ = [
    "Attachment",
    "DataRequest",
    "DataRequestItem",
    "Document",
    "DocumentKind",
    "Event",
    "Job",
    "RequestKind",
    "RequestStatus",
    "RetentionReport",
    "RetentionRule",
    "Seal",
    "SealEntry",
]
