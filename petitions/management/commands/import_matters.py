from petitions.matter_import import MATTERS
from records.import_command import ImportCommand


class Command(ImportCommand):
    importer = MATTERS
