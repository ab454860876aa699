from django import forms
from django.core.exceptions import ValidationError

from records.importers import all_importers
from records.workbooks import WorkbookRefused
from records.workbooks.safety import check_outside


class UploadForm(forms.Form):
    """Which table, and the file. What shows at once is refused here; the rest is told by the check."""

    importer = forms.ChoiceField(label="导入什么", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Excel 文件",
        allow_empty_file=True,
        error_messages={"required": "请选择一个 Excel 文件（*.xlsx）。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["importer"].choices = [(importer.kind, importer.label) for importer in all_importers()]
        self.fields["importer"].error_messages["required"] = "请选择要导入哪一种表。"

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_outside(file)
        except WorkbookRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        file.seek(0)
        return file
