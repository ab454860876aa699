from records.import_jobs import declare_import
from representatives.link_jobs import SPREAD_LINKS  # noqa: F401  (declaring the job)
from representatives.papers import archive  # noqa: F401  (declaring the job)
from representatives.roster_import import ROSTER

declare_import(ROSTER)
