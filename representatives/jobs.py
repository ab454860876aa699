from records.import_jobs import declare_import
from representatives.roster_import import ROSTER

declare_import(ROSTER)
