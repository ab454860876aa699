"""Pages of the desk beside Django's own: they load one row, call one verb, and answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import DomainError, InvalidInput


class DeskPages:
    """Pages that load one row, call one verb, and answer."""

    related = ()

    def find(self, request, pk):
        if not str(pk).isdecimal():
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.model.objects.visible_to(request.user).select_related(*self.related)
        return get_object_or_404(rows, pk=pk)

    def show(self, request, template, context, *, status=200):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)

    def check_may_add(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied

    @staticmethod
    def chosen(given, value, user):
        """The row that a form's choice means, checked as the table of the step checks it."""
        return given.clean(value, None, user)

    def take_form(self, request, form, do):
        """(result, None), or (None, status) with the sentences in the form."""
        if request.method != "POST" or not form.is_valid():
            return None, 200
        try:
            return do(Actor.from_request(request, "admin"), timezone.now()), None
        except InvalidInput as fault:
            form.refuse(fault)
            return None, 400
        except DomainError as fault:
            form.add_error(None, fault.message)
            return None, fault.http_status

    def take_press(self, request, do, *, told, back, refused):
        """One button that needs nothing typed: `do(by, at)`, then a word of what happened and `back`, or `back(result)`;
        on a refusal the page `refused(sentence, status)`."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            result = do(Actor.from_request(request, "admin"), timezone.now())
        except DomainError as fault:
            return refused(fault.message, fault.http_status)
        if words := told(result) if callable(told) else told:
            messages.success(request, words)
        return HttpResponseRedirect(back(result) if callable(back) else back)
