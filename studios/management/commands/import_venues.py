from records.import_command import ImportCommand
from studios.venue_import import VENUES


class Command(ImportCommand):
    importer = VENUES
