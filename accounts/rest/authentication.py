import hashlib

from oauth2_provider.models import get_access_token_model
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied


class ClientAuthentication(authentication.BaseAuthentication):
    """Another system with a bearer token from /oauth/token/; it acts as the service account of its application."""

    keyword = "bearer"

    def authenticate(self, request):
        header = authentication.get_authorization_header(request).split()
        if not header or header[0].lower() != self.keyword.encode():
            return None
        if len(header) != 2:
            raise AuthenticationFailed("令牌格式不对，应为「Authorization: Bearer 令牌」。")
        token = self._find(header[1])
        if token is None or token.is_expired():
            raise AuthenticationFailed("令牌无效或已过期，请到 /oauth/token/ 重新领取。")
        user = token.application.user if token.application else None
        if user is None or not user.is_active or not user.is_service:
            raise AuthenticationFailed("这个对接系统的账号已停用，请联系市委组织部。")
        return user, token

    @staticmethod
    def _find(raw):
        tokens = get_access_token_model().objects.select_related("application__user")
        return tokens.filter(token_checksum=hashlib.sha256(raw).hexdigest()).first()

    def authenticate_header(self, request):
        sent = authentication.get_authorization_header(request)
        error = ', error="invalid_token"' if sent.lower().startswith(self.keyword.encode()) else ""
        return f'Bearer realm="api"{error}'


class PageAuthentication(authentication.SessionAuthentication):
    """Our own pages, by their session; writing needs the CSRF token. A service account has no pages."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and found[0].is_service:
            raise AuthenticationFailed("系统账号不能用网页登录，请用令牌访问接口。")
        return found

    def enforce_csrf(self, request):
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(
                "页面已过期，请刷新后再试（CSRF 校验未通过）。", code="csrf-failed"
            ) from error


def delete_expired_tokens(*, at):
    return get_access_token_model().objects.filter(expires__lt=at).delete()[0]
