from records.import_jobs import declare_import
from training.attendance_import import ATTENDANCES
from training.missing_job import INVITE_MISSING  # noqa: F401  (declaring the job)

declare_import(ATTENDANCES)
