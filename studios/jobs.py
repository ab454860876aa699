from records.import_jobs import declare_import
from studios.planning_job import PLAN_MONTH  # noqa: F401  (declaring the job)
from studios.venue_import import VENUES

declare_import(VENUES)
