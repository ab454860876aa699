from petitions.matter_import import MATTERS
from records.import_jobs import declare_import

declare_import(MATTERS)
