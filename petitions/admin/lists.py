"""Channels and categories: lists that the city's organizers keep themselves."""

from django import forms
from django.contrib import admin

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import InvalidInput
from petitions.models import Category, Channel
from petitions.setup import check_category_name, check_channel, create_category, free_code, rename_category


class SettingAdmin(ScopedModelAdmin):
    """Channels, categories, limits: one set for the whole city, kept by the city's organizers."""

    readers = (Role.ORGANIZER,)
    city_only = True


class CodedForm(forms.ModelForm):
    """The code is what other systems call the row: made from the name unless somebody has one, and kept."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = "给其他系统用，可以不填，按名称的拼音自动生成；保存后不再改。"

    def clean_code(self):
        name = self.cleaned_data.get("name")
        return self.cleaned_data["code"] or (free_code(self._meta.model, name) if name else "")

    def clean(self):
        data = super().clean()
        if data.get("name"):
            try:
                self.check_names(data)
            except InvalidInput as fault:
                for name, sentences in fault.errors.items():
                    self.add_error(name, sentences)
        return data


class ChannelForm(CodedForm):
    def check_names(self, data):
        channel = self.instance if self.instance.pk else None
        check_channel(name=data["name"], aliases=data.get("aliases"), channel=channel)


class CategoryForm(CodedForm):
    def check_names(self, data):
        category = self.instance if self.instance.pk else None
        parent = category.parent if category else data.get("parent")
        check_category_name(data["name"], parent=parent, category=category)


@admin.register(Channel)
class ChannelAdmin(SettingAdmin):
    form = ChannelForm
    list_display = ["name", "position", "is_active"]
    fields = ["name", "code", "aliases", "position", "is_active"]
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []


@admin.register(Category)
class CategoryAdmin(SettingAdmin):
    form = CategoryForm
    list_display = ["full_name", "is_active"]
    fields = ["name", "code", "parent", "aliases", "is_active"]
    search_fields = ["full_name", "code"]
    list_filter = ["is_active"]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "parent"] if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            made = create_category(code=obj.code, name=obj.name, parent=obj.parent, aliases=obj.aliases)
            obj.pk, obj.path, obj.full_name = made.pk, made.path, made.full_name
        else:
            rename_category(Category.objects.select_related("parent").get(pk=obj.pk), obj.name)
            obj.refresh_from_db(fields=["full_name"])
        super().save_model(request, obj, form, change)


add_navigation(
    "群众的事",
    [
        ("问题分类", "category", "admin:petitions_category_changelist", may_view("petitions.category")),
        ("来源渠道", "alt_route", "admin:petitions_channel_changelist", may_view("petitions.channel")),
    ],
)
