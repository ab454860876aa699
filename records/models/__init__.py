from records.models.events import Event
from records.models.jobs import Job

__all__ = ["Event", "Job"]
