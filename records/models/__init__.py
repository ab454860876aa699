from records.models.events import Event
from records.models.files import Attachment, Document, DocumentKind
from records.models.jobs import Job
from records.models.seals import Seal, SealEntry

__all__ = ["Attachment", "Document", "DocumentKind", "Event", "Job", "Seal", "SealEntry"]
