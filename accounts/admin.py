from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from accounts.actions import create_organization
from accounts.admin_base import ScopedInline, ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import OrganizationKind, Role
from accounts.masking import mask_phone
from accounts.models import Membership, Organization, User
from accounts.scope import Scope, under

FOREIGN = {"auth", "account", "mfa", "socialaccount", "axes", "oauth2_provider"}
GRANTABLE = [role for role in Role if role != Role.CLIENT]
"""Other systems get their accounts by `manage.py api_client`, with a secret that is shown once."""


class UserForm(forms.ModelForm):
    """An account; a new one needs a first password, an old one may be given another."""

    password_new = forms.CharField(
        label=_("初始密码"),
        required=False,
        min_length=10,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("至少10个字符。本人首次登录后请自行修改。留空则不变。"),
    )

    mfa_reset = forms.BooleanField(
        label=_("解除双重验证"),
        required=False,
        help_text=_("本人丢了手机、恢复码也没有了时使用；解除后凭密码登录，再重新设置。"),
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "phone", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "phone" in self.fields and self.instance.phone:
            # A number is typed, not shown: who may change an account need not read it.
            self.initial["phone"] = ""
            now = mask_phone(self.instance.phone)
            self.fields["phone"].help_text = f"现为 {now}。留空则不变；要清除请填「无」。"

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        return "" if phone == "无" else phone or self.instance.phone

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk and not cleaned.get("password_new") and "password_new" not in self.errors:
            self.add_error("password_new", "新账号须设初始密码。")
        return cleaned

    def save(self, commit=True):
        user = super().save(commit=False)
        if self.cleaned_data.get("password_new"):
            user.set_password(self.cleaned_data["password_new"])
        if commit:
            user.save()
        if user.pk and self.cleaned_data.get("mfa_reset"):
            Authenticator.objects.filter(user=user).delete()
        return user


class MembershipInline(ScopedInline):
    """Roles one may give: those one's own scope covers, and nothing wider."""

    model = Membership
    readers = (Role.ORGANIZER,)
    # Without a post an account would see nothing, and nobody would see the account; a new one has its row ready.
    min_num = 1
    fields = ["organization", "role", "start_date", "end_date"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "start_date":
            kwargs["initial"] = timezone.localdate
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        """One's own posts are the business of somebody else: else no term would end, and no auditor be another."""
        scope = Scope.of(request.user)
        return super().has_change_permission(request) and (obj != request.user or scope.is_everything)

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "role":
            kwargs["choices"] = [("", "请选择角色"), *((role.value, role.label) for role in GRANTABLE)]
            kwargs["widget"] = UnfoldAdminSelectWidget
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER,)
    form = UserForm
    list_display = ["display_name", "username", "posts", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "display_name"]
    search_help_text = "姓名或用户名"
    ordering = ["username"]
    fields = ["username", "display_name", "phone", "is_active", "password_new", "mfa_reset"]
    inlines = [MembershipInline]

    def get_fields(self, request, obj=None):
        # A new account has no second factor that could be lost.
        return self.fields if obj else [name for name in self.fields if name != "mfa_reset"]

    def get_queryset(self, request):
        """Accounts with a post in one's own subtree, and those that have no post yet."""
        prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
        posted = Membership.objects.filter(under("organization__path", prefixes)).values("user_id")
        rows = User.objects.filter(pk__in=posted, is_service=False).order_by("username")
        return rows.prefetch_related("memberships__organization")

    def has_change_permission(self, request, obj=None):
        """Nobody changes the account of somebody whose posts reach further than her own."""
        if not super().has_change_permission(request):
            return False
        scope = Scope.of(request.user)
        if obj is None or scope.is_everything:
            return True
        posts = obj.memberships.all()
        return not obj.is_superuser and all(scope.covers(post.organization, Role.ORGANIZER) for post in posts)

    def organization_of(self, obj):
        post = obj.memberships.select_related("organization").order_by("pk").first() if obj.pk else None
        return post.organization if post else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if any(post.role == Role.KEEPER for formset in formsets for post in formset.new_objects):
            messages.info(request, "驻室联络员还要在「工作室（站）」页面里指定驻哪一室，才能登记事项。")

    @display(description="角色")
    def posts(self, user):
        return (
            "；".join(f"{m.organization.display_name} {m.get_role_display()}" for m in user.memberships.all())
            or "未任职"
        )


@admin.register(Organization)
class OrganizationAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.AUDITOR, Role.ASSESSOR)
    list_display = ["indented", "code", "kind", "is_active"]
    list_display_links = ["indented"]
    list_filter = [("kind", ChoicesDropdownFilter), "is_active"]
    search_fields = ["name", "short_name", "code"]
    ordering = ["path"]
    fields = ["code", "name", "short_name", "aliases", "kind", "parent", "is_active"]

    def get_readonly_fields(self, request, obj=None):
        # A place in the tree is scope: moving one would silently move rights.
        return ["code", "kind", "parent"] if obj else []

    def organization_of(self, obj):
        return obj

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
            kinds = [OrganizationKind.CITY, *OrganizationKind.county_level(), OrganizationKind.TOWN]
            kwargs["queryset"] = Organization.objects.filter(under("path", prefixes), kind__in=kinds)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "parent" in form.base_fields:
            form.base_fields["parent"].required = True
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            made = create_organization(
                code=obj.code,
                name=obj.name,
                kind=obj.kind,
                parent=obj.parent,
                short_name=obj.short_name,
                aliases=obj.aliases or (),
            )
            obj.pk, obj.path = made.pk, made.path
        super().save_model(request, obj, form, change)

    @display(description="名称", ordering="path")
    def indented(self, organization):
        return "　" * (len(organization.path) // 4 - 1) + organization.name


# What other packages bring along is not for the desk: groups, tokens, devices, lock-outs.
for model in list(admin.site._registry):
    if model._meta.app_label in FOREIGN:
        admin.site.unregister(model)

add_navigation(
    "系统",
    [
        ("组织", "account_tree", "admin:accounts_organization_changelist", may_view("accounts.organization")),
        ("账号", "manage_accounts", "admin:accounts_user_changelist", may_view("accounts.user")),
    ],
)
