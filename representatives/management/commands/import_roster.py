from records.import_command import ImportCommand
from representatives.roster_import import ROSTER


class Command(ImportCommand):
    importer = ROSTER
