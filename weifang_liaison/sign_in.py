"""How this house uses allauth and axes: nobody signs up, accounts are opened by the organisation department."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.shortcuts import redirect

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The provider of OIDC_ISSUER vouches for a user name; it opens no account."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        if sociallogin.is_existing:
            return
        username = sociallogin.account.extra_data.get("preferred_username") or ""
        if not username:
            userinfo = sociallogin.account.extra_data.get("userinfo") or {}
            username = userinfo.get("preferred_username") or ""
        # The installer's key stays with its own password: no provider outside opens the whole house.
        known = User.objects.filter(is_active=True, is_service=False, is_superuser=False)
        user = known.filter(username=username).first() if username else None
        if user is None:
            messages.error(request, "统一身份认证成功，但这里没有您的账号。请联系本单位组工干部开通。")
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)


def name_of_try(request, credentials=None):
    """The user name of a login that axes counts: the form calls it `login`, the backends `username`.

    Signing in looks neither at case nor at blanks around it; another spelling must not be a new set of tries.
    """
    name = credentials.get("username") if credentials else None
    name = name or request.POST.get("login") or request.POST.get("username")
    return name.strip().casefold() if name else name
