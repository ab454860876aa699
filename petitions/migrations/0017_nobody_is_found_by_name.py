from django.db import migrations

from petitions import search_table


class Migration(migrations.Migration):
    dependencies = [("petitions", "0016_search_marks")]

    operations = [migrations.RunPython(search_table.leave_out_persons, search_table.take_persons_in)]
