"""Data of this room and of the ground that has a term: uploaded rolls, notices, and what people asked about theirs."""

from datetime import timedelta

from accounts.models import Notice
from records.actions import record_event
from records.jobs import forget_files_of, job_files_due
from records.models import DataRequest, RequestStatus
from records.retention import Retained, register_retained


def register_own():
    register_retained(
        Retained(
            code="job-files",
            label="导入用的名册和预览",
            counted_from="任务结束后",
            due=job_files_due,
            why_held=_never,
            forget=_forget_files,
        )
    )
    register_retained(
        Retained(
            code="notice",
            label="站内通知",
            counted_from="发出后",
            due=lambda days, at: Notice.objects.filter(created_at__lt=at - timedelta(days=days)),
            why_held=_never,
            forget=_delete_notice,
        )
    )
    register_retained(
        Retained(
            code="data-request",
            label="个人信息请求里的姓名电话",
            counted_from="答复后",
            due=_requests_due,
            why_held=_never,
            forget=_forget_request,
        )
    )


def _never(rows, at):
    return {}


def _forget_files(job, *, by, at, note):
    forget_files_of(job)
    return True


def _delete_notice(notice, *, by, at, note):
    return notice.delete()[0] > 0


def _requests_due(days, at):
    closed = DataRequest.objects.exclude(status=RequestStatus.OPEN)
    return closed.filter(decided_at__lt=at - timedelta(days=days), forgotten_at=None)


def _forget_request(request, *, by, at, note):
    rows = DataRequest.objects.filter(pk=request.pk, forgotten_at=None)
    wiped = {"subject_name": "", "subject_phone": "", "new_name": "", "new_phone": ""}
    if not rows.update(forgotten_at=at, reason="已清除", answer="已清除", **wiped):
        return False
    record_event(request, "anonymized", by=by, at=at, organization=request.organization, note=note)
    return True
