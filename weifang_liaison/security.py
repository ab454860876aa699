"""What a browser may load and run on our pages."""

from urllib.parse import urlsplit

from django.conf import settings


def _policy(**directives):
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in directives.items())


def _form_targets():
    """Ourselves, and the identity provider: the sign-in button is a form that is sent on to it."""
    issuer = urlsplit(settings.OIDC_ISSUER)
    return f"'self' {issuer.scheme}://{issuer.netloc}" if issuer.netloc else "'self'"


_SAME_ORIGIN = {
    "default_src": "'self'",
    "img_src": "'self' data:",
    "object_src": "'none'",
    "base_uri": "'self'",
    "form_action": _form_targets(),
    "frame_ancestors": "'none'",
}
# Scripts and styles are files of our own: nothing inline, no eval.
STRICT_POLICY = _policy(**_SAME_ORIGIN)
# The admin's theme runs Alpine, which evaluates expressions in attributes and sets style attributes, and it writes our
# colours into each page as a style element. Its scripts are files: inline ones stay forbidden here too.
ADMIN_POLICY = _policy(
    **_SAME_ORIGIN,
    script_src="'self' 'unsafe-eval'",
    style_src="'self' 'unsafe-inline'",
)


class ContentSecurityPolicyMiddleware:
    """Content-Security-Policy by path: the strict one, except in the admin."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy_for(request.path))
        return response

    @staticmethod
    def policy_for(path):
        return ADMIN_POLICY if path.startswith("/admin/") else STRICT_POLICY
