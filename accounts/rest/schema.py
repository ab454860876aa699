"""OpenAPI: every operation tells its refusals, and every noun its Chinese name."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.rest.idempotency import HEADER, REPLAYED

NOUNS = {}
"""Noun → what it is, in Chinese; filled by `describes`."""

IDEMPOTENCY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=f"每件事一个新的 UUID。重发同样的请求会得到同一个答复，并带 `{REPLAYED}: true`",
)


def describes(noun, text):
    """Class decorator: the name of the noun in the document, for all operations of its viewset."""

    def decorate(view):
        NOUNS[noun] = text
        view.schema_tag = noun
        return view

    return decorate


class ProblemSerializer(serializers.Serializer):
    type = serializers.CharField(help_text="问题类别的 URN")
    title = serializers.CharField(help_text="问题类别的名称")
    status = serializers.IntegerField(help_text="HTTP 状态码")
    detail = serializers.CharField(help_text="出了什么问题、怎么办，可直接给人看")
    code = serializers.CharField(help_text="稳定的英文代码，供程序判断")
    instance = serializers.CharField(help_text="请求的地址")
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="字段 → 问题；`__all__` 是整体的问题",
    )


REFUSALS = {
    400: "填写有误，`errors` 按字段列出",
    401: "没有令牌，或令牌无效、已过期",
    403: "看得到，但您的岗位不能做",
    404: "没有这一项，或不在您的管理范围内",
    409: "这件事的状态已经变了，或别人先办了",
    422: "Idempotency-Key 已用于内容不同的请求",
    429: "请求过于频繁，见 `Retry-After`",
}


class ProblemSchema(AutoSchema):
    def get_tags(self):
        return [getattr(self.view, "schema_tag", "other")]

    def get_override_parameters(self):
        parameters = super().get_override_parameters()
        return [*parameters, IDEMPOTENCY] if self.method == "POST" and self._keeps_replies() else parameters

    def _keeps_replies(self):
        return getattr(self.view, "action", None) not in getattr(self.view, "forgets_replies", ())

    def _refusals(self):
        codes = [401, 403, 429]
        if self.method in ("POST", "PATCH") or self._is_list_view():
            codes.append(400)
        if "{" in self.path:
            codes.append(404)
        if self.method == "POST":
            codes += [409, 422]
        return sorted(codes)

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction=direction)
        for code in self._refusals():
            body = self._get_response_for_code(
                OpenApiResponse(ProblemSerializer, REFUSALS[code]),
                str(code),
                media_types=["application/problem+json"],
                direction=direction,
            )
            bodies.setdefault(str(code), body)
        return bodies


class ClientScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.rest.authentication.ClientAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema):
        return {
            "type": "oauth2",
            "description": "对接系统用客户端凭证领取令牌",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": {"api": "访问数据接口"}}},
        }


class PageScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.rest.authentication.PageAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "本系统自己的网页"}


def keep_api_paths(endpoints):
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def describe_nouns(result, generator, request, public):
    result["tags"] = [{"name": noun, "description": text} for noun, text in NOUNS.items()]
    return result
