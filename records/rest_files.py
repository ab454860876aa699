"""Files that hang on a thing, at the REST door. Whoever may see the thing may have the files."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.reverse import reverse

from accounts.errors import InvalidInput, NotAllowed
from records.attachments import attach_file, record_download
from records.models import Attachment
from records.rest import OPEN


class AttachmentSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="original_name")
    url = serializers.SerializerMethodField(help_text="下载地址，须带令牌")

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size", "sha256", "uploaded_at", "url"]

    def get_url(self, attachment) -> str:
        view = self.context["view"]
        name = f"{view.basename}-attachment"
        pk = {"pk": attachment.owner_id, "attachment_id": attachment.pk}
        return reverse(name, kwargs=pk, request=self.context["request"])


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="图片、PDF、Word（docx）、Excel（xlsx）或纯文本")


class AttachmentsMixin:
    """`GET`/`POST …/{id}/attachments/` and the file itself at `GET …/{id}/attachments/{attachment_id}/`."""

    def may_attach(self, user, owner):
        """Whoever may take a next step may add a file to it."""
        raise NotImplementedError

    @extend_schema(summary="附件列表", responses=AttachmentSerializer(many=True), request=None)
    @action(**OPEN, orderings={"id": "id"}, ordering="id", parser_classes=[MultiPartParser])
    def attachments(self, request, *args, **kwargs):
        rows = self.paginate_queryset(Attachment.objects.about(self.get_object()))
        shown = AttachmentSerializer(rows, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(
        summary="添加附件",
        request={"multipart/form-data": UploadSerializer},
        responses={201: AttachmentSerializer},
    )
    @attachments.mapping.post
    def add_attachment(self, request, *args, **kwargs):
        owner = self.get_object()
        if not self.may_attach(request.user, owner):
            raise NotAllowed("您的岗位不能给这件事添加附件，请联系主管单位的组工干部。")
        unknown = request.data.keys() - {"file"}
        upload = request.FILES.get("file")
        if unknown or upload is None:
            raise InvalidInput({"file": ["请用 multipart/form-data 上传一个文件，字段名为 file。"]})
        attachment = attach_file(owner, upload, by=self.by, at=self.at)
        shown = AttachmentSerializer(attachment, context=self.get_serializer_context())
        return self.created(shown.data)

    @extend_schema(
        summary="下载附件",
        description="每次下载都会留痕。",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(
        detail=True,
        filter_backends=[],
        url_path=r"attachments/(?P<attachment_id>[0-9]{1,18})",
        url_name="attachment",
    )
    def attachment(self, request, *args, attachment_id, **kwargs):
        owner = self.get_object()
        found = get_object_or_404(Attachment.objects.about(owner), pk=int(attachment_id))
        try:
            content = found.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        record_download(found, owner, by=self.by, at=self.at)
        response = FileResponse(
            content,
            as_attachment=True,
            filename=found.original_name,
            content_type=found.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response
