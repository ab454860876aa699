"""Every refusal of the API is one RFC 9457 problem document, in Chinese, with a stable English `code`."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db.utils import OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from accounts.errors import DomainError, InvalidInput
from accounts.rest.rendering import to_json

log = logging.getLogger("django.request")

TITLES = {
    400: "填写有误",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种操作",
    406: "不支持这种返回格式",
    409: "已有变动",
    413: "内容过大",
    415: "不支持这种内容格式",
    422: "不能处理",
    429: "请求过于频繁",
    500: "系统出错",
    503: "系统正忙",
}
CODES = {
    400: "invalid-input",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    415: "unsupported-media-type",
    429: "throttled",
}
DETAILS = {
    401: "请带上令牌：Authorization: Bearer 令牌。令牌在 /oauth/token/ 领取。",
    403: "您的岗位不能做这件事，请联系主管单位的组工干部。",
    404: "没有这一项，或它不在您的管理范围内。请核对地址和编号。",
    406: "接口只返回 application/json，请修改 Accept。",
    500: "系统出错，这次操作没有执行。请稍后再试；如仍不行，请把时间和操作告诉管理员。",
    503: "现在操作的人太多，这次没有执行。请稍后用同样的内容再试一次。",
}
RETRY_SECONDS = 2


def problem(status, *, request, code=None, detail=None, errors=None, headers=None):
    """A finished problem document. `errors` maps field names to lists of sentences."""
    code = code or CODES.get(status, "server-error")
    document = {
        "type": f"urn:weifang-liaison:problem:{code}",
        "title": TITLES.get(status, "不能处理"),
        "status": status,
        "detail": detail or DETAILS.get(status) or TITLES.get(status, ""),
        "code": code,
        "instance": request.path,
    }
    if errors:
        document["errors"] = errors
    return HttpResponse(
        to_json(document), status=status, content_type="application/problem+json", headers=headers
    )


def answer_exception(error, context):
    """The EXCEPTION_HANDLER: whatever was raised in a view leaves as a problem document."""
    request = context["request"]
    if isinstance(error, DomainError):
        errors = error.errors if isinstance(error, InvalidInput) else None
        if errors is None and error.field:
            errors = {error.field: [error.message]}
        return problem(
            error.http_status, request=request, code=error.code, detail=error.message, errors=errors
        )
    if isinstance(error, Http404):
        return problem(404, request=request)
    if isinstance(error, PermissionDenied):
        return problem(403, request=request)
    if isinstance(error, exceptions.ValidationError):
        errors = flatten(error.detail)
        return problem(400, request=request, detail=next(iter(errors.values()))[0], errors=errors)
    if isinstance(error, exceptions.APIException):
        return _answer_api_exception(error, request)
    if isinstance(error, RequestDataTooBig):
        return problem(413, request=request, code="body-too-large", detail="请求内容过大，请缩短后再发。")
    if isinstance(error, SuspiciousOperation):
        return problem(
            400, request=request, code="bad-request", detail="请求不完整或格式不对，请检查后重发。"
        )
    if isinstance(error, OperationalError):
        log.warning("Database busy: %s", request.path, exc_info=error)
        return problem(503, request=request, code="busy", headers={"Retry-After": str(RETRY_SECONDS)})
    # Told to whoever listens (the log, error reporting, the test client) just as Django would.
    got_request_exception.send(sender=None, request=request)
    log.error("Internal Server Error: %s", request.path, exc_info=error, extra={"status_code": 500})
    return problem(500, request=request)


def _answer_api_exception(error, request):
    headers, detail, code, status = {}, None, None, error.status_code
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, exceptions.Throttled):
        wait = max(int(error.wait or 1), 1)
        headers["Retry-After"] = str(wait)
        detail = f"请求过于频繁，请 {wait} 秒后再试。"
    elif isinstance(error, exceptions.MethodNotAllowed):
        detail = f"这个地址不支持 {request.method}。请查阅 /api/docs/。"
    elif isinstance(error, exceptions.UnsupportedMediaType):
        detail = "请求内容须为 application/json（上传附件用 multipart/form-data）。"
    elif isinstance(error, exceptions.ParseError):
        code, detail = "malformed-json", str(error.detail)
    elif isinstance(error, exceptions.AuthenticationFailed):
        code, detail = "invalid-token", str(error.detail)
    elif isinstance(error, exceptions.PermissionDenied) and error.detail.code == "csrf-failed":
        code, detail = "csrf-failed", str(error.detail)
    return problem(status, request=request, code=code, detail=detail, headers=headers)


def flatten(detail, prefix=""):
    """DRF's nested error detail as {field: [sentence, …]}; a nested field is named by its path, `a.b`."""
    if isinstance(detail, dict):
        found = {}
        for name, inner in detail.items():
            name = "__all__" if name == "non_field_errors" else str(name)
            found |= flatten(inner, f"{prefix}.{name}" if prefix else name)
        return found
    if isinstance(detail, list) and any(isinstance(item, dict) for item in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= flatten(inner, f"{prefix}.{index}") if inner else {}
        return found
    sentences = detail if isinstance(detail, list) else [detail]
    return {prefix or "__all__": [str(sentence) for sentence in sentences]}
