from records.import_jobs import declare_import
from studios.grouping_job import FORM_GROUPS  # noqa: F401  (declaring the job)
from studios.helper_import import HELPERS
from studios.planning_job import PLAN_MONTH  # noqa: F401  (declaring the job)
from studios.publishing_job import PUBLISH_MONTH  # noqa: F401  (declaring the job)
from studios.venue_import import VENUES

declare_import(VENUES)
declare_import(HELPERS)
