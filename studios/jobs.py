from records.import_jobs import declare_import
from studios.venue_import import VENUES

declare_import(VENUES)
