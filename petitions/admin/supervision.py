"""The list of supervised matters (督办, R60): the work list with who looks in, and when the report is due."""

from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from petitions.desk import SUPERVISED, SUPERVISION_LATE
from petitions.pages.due import report_words
from workdays.queries import load_calendar
from workdays.templatetags.chinese_days import day

SUPERVISION_COLUMNS = ["what", "chip", "report", "supervisor", "due", "unit", "where"]


def is_supervision_list(request):
    return request.GET.get("tab") in (SUPERVISED.code, SUPERVISION_LATE.code)


class SupervisionColumnsMixin:
    @display(description="督办单位", ordering="supervised_at")
    def supervisor(self, petition):
        since = day(timezone.localdate(petition.supervised_at))
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}起</small></span>', petition.supervised_by, since
        )

    @display(description="要求回报", ordering="report_due")
    def report(self, petition):
        words = report_words(petition.report_due, on=timezone.localdate(), calendar=load_calendar())
        return format_html('<span class="desk-due desk-due--{}">{}</span>', words.tone, words.left)
