"""Where one's notices go beside the bell: for representatives on the phone, and for staff from their account menu."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.channels import add_channel, allowed_targets, remove_channel, switch_channel, try_channel
from accounts.enums import NoticeKind, Role
from accounts.errors import DomainError, InvalidInput
from accounts.models import NoticeChannel, NoticeDelivery, Organization
from accounts.scope import Scope
from portal.access import is_representative, signed_in

EXAMPLES = {
    "wecombot": ("企业微信群机器人", "wecombot://机器人的key"),
    "dingtalk": ("钉钉群机器人", "dingtalk://加签密钥@机器人的token"),
    "feishu": ("飞书群机器人", "feishu://机器人的token"),
    "mailto": ("邮箱", "mailto://用户:密码@域名?to=收件地址"),
    "mailtos": ("邮箱", "mailtos://用户:密码@域名?smtp=服务器&to=收件地址"),
}


class ChannelForm(forms.Form):
    name = forms.CharField(label="名称", required=False, max_length=30, help_text="如：科室企业微信群")
    address = forms.CharField(label="地址", required=False, max_length=500)
    kinds = forms.MultipleChoiceField(
        label="收哪些通知",
        required=False,
        choices=NoticeKind.choices,
        initial=NoticeKind.values,
        widget=forms.CheckboxSelectMultiple,
    )
    organization = forms.ModelChoiceField(
        label="给谁用", required=False, queryset=Organization.objects.none(), empty_label="我自己"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["address"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        posts = Scope.of(user).posts(*Role.desk_roles())
        offices = Organization.objects.filter(path__in=posts)
        if posts:
            self.fields["organization"].queryset = offices
            self.fields["organization"].label_from_instance = lambda row: f"{row.display_name}的值班电话"
        else:
            del self.fields["organization"]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request):
    form = ChannelForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            channel = add_channel(
                by=Actor.from_request(request, "portal"), at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"已添加「{channel.name}」，发一条试试看能不能收到。")
            return redirect("portal:channels")
        except InvalidInput as fault:
            for name, sentences in fault.errors.items():
                for sentence in sentences:
                    form.add_error(name if name in form.fields else None, sentence)
            status = 400
        except DomainError as fault:
            form.add_error(None, fault.message)
            status = fault.http_status
    return render(request, "portal/channels.html", _context(request, form), status=status)


def _context(request, form):
    kept = NoticeChannel.objects.kept_by(request.user).select_related("organization")
    labels = dict(NoticeKind.choices)
    rows = [(channel, "、".join(str(labels[kind]) for kind in channel.kinds)) for channel in kept]
    layout = "portal/page.html" if is_representative(request.user) else "allauth/layouts/manage.html"
    failed = NoticeDelivery.objects.filter(
        channel__in=[channel.pk for channel, _kinds in rows], state="failed"
    )
    schemes = [target.partition("://")[0] for target in allowed_targets()]
    return {
        "active": "me",
        "layout": layout,
        "rows": rows,
        "failed": failed.count(),
        "form": form,
        "examples": [EXAMPLES[scheme] for scheme in dict.fromkeys(schemes) if scheme in EXAMPLES],
        "targets": allowed_targets(),
    }


def _find(request, pk):
    return get_object_or_404(NoticeChannel.objects.kept_by(request.user), pk=pk)


@signed_in
@require_POST
def channel_try(request, pk):
    channel = _find(request, pk)
    if error := try_channel(channel, at=timezone.now()):
        messages.error(request, error)
    else:
        messages.success(request, f"已发到「{channel.name}」，请看收到没有。")
    return redirect("portal:channels")


@signed_in
@require_POST
def channel_switch(request, pk):
    channel = _find(request, pk)
    switch_channel(
        channel,
        is_active=not channel.is_active,
        by=Actor.from_request(request, "portal"),
        at=timezone.now(),
    )
    messages.success(request, f"「{channel.name}」已{'停用' if channel.is_active else '启用'}。")
    return redirect("portal:channels")


@signed_in
@require_POST
def channel_remove(request, pk):
    channel = _find(request, pk)
    remove_channel(channel, by=Actor.from_request(request, "portal"), at=timezone.now())
    messages.success(request, f"已删除「{channel.name}」。")
    return redirect("portal:channels")
