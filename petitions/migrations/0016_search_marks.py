from django.db import migrations, models

from petitions import search_table


class Migration(migrations.Migration):
    dependencies = [("petitions", "0015_lists_and_searches_from_the_index_alone")]

    operations = [
        migrations.RunPython(search_table.drop_pairs, search_table.restore_pairs),
        migrations.AddField(
            model_name="searchtext",
            name="whose",
            field=models.CharField(default="", editable=False, max_length=80, verbose_name="属于谁"),
        ),
        migrations.RunPython(search_table.install_marks, search_table.remove_marks),
    ]
