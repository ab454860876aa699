"""Taking in and giving out files: the type is read from the content, the stored name is random."""

import hashlib
import io
import secrets
import unicodedata
import zipfile
from pathlib import PurePath

import filetype
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.errors import InvalidInput
from records.actions import record_event
from records.models import Attachment

ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/plain": "txt",
}
OFFICE_PARTS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of signs that are not seen: controls, direction marks, zero-width ones."""
OTHER_ENDINGS = {"jpg": ("jpeg",), "txt": ("csv", "md", "log")}
_OWNERS = {}


def register_attachment_owner(model, *, organization):
    """Let things of this model own files. `organization(owner)` is whose trail it is; the model's own
    `visible_to` decides who may have the files."""
    _OWNERS[model._meta.label_lower] = organization


def owner_for(attachment, user):
    """The owner if the user may see it, else None."""
    if attachment.owner_type not in _OWNERS:
        return None
    model = apps.get_model(attachment.owner_type)
    return model.objects.visible_to(user).filter(pk=attachment.owner_id).first()


def sniff_type(content):
    """The content type as the bytes tell it, or None if it is nothing we take in."""
    if content[:4] == b"PK\x03\x04":
        return _office_type(content)
    guess = filetype.guess(content[:4096])
    if guess:
        return guess.mime if guess.mime in ALLOWED else None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    plain = not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text)
    return "text/plain" if text and plain and text.lstrip()[:1] != "<" else None


def _office_type(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((mime for part, mime in OFFICE_PARTS.items() if part in names), None)


def safe_name(name, mime):
    """What the file is called when it is given out: an ending that tells what it is, and no signs that hide one.

    Words are let in as text; called 通知.bat or 通知.html they would run on the desk of whoever opens them.
    """
    name = "".join(sign for sign in PurePath(name or "附件").name if unicodedata.category(sign) not in HIDDEN)
    ending = ALLOWED[mime]
    if PurePath(name).suffix[1:].lower() not in (ending, *OTHER_ENDINGS.get(ending, ())):
        name = f"{name}.{ending}"
    return name[-120:]


def check_upload(upload):
    """(content, type) of an upload that may be kept. Raises InvalidInput({"file": …}) if it is too big, empty, or not
    allowed."""
    limit = settings.ATTACHMENT_MAX_BYTES
    if upload.size > limit:
        raise InvalidInput({"file": [f"文件太大（上限 {limit // 2**20} MB），请压缩后再传。"]})
    upload.seek(0)
    content = upload.read(limit + 1)
    if not content:
        raise InvalidInput({"file": ["文件是空的，请重新选择。"]})
    mime = sniff_type(content)
    if mime is None:
        raise InvalidInput(
            {"file": ["只能上传图片（jpg、png、webp）、PDF、Word（docx）、Excel（xlsx）或纯文本，且不含宏。"]}
        )
    return content, mime


@transaction.atomic
def attach_file(owner, upload, *, by, at):
    """Keep an uploaded file with `owner`. Raises what `check_upload` raises."""
    content, mime = check_upload(upload)
    organization = _OWNERS[owner._meta.label_lower](owner)
    attachment = Attachment(
        owner_type=owner._meta.label_lower,
        owner_id=owner.pk,
        original_name=safe_name(upload.name, mime),
        content_type=mime,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by.user,
        uploaded_at=at,
    )
    attachment.file.save(f"{secrets.token_hex(16)}.{ALLOWED[mime]}", ContentFile(content), save=False)
    try:
        attachment.save(force_insert=True)
        after = {"name": attachment.original_name, "sha256": attachment.sha256}
        record_event(owner, "attached", by=by, at=at, organization=organization, after=after)
    except Exception:
        # The row is rolled back; leave no file behind that nothing points to.
        attachment.file.storage.delete(attachment.file.name)
        raise
    return attachment


def record_download(attachment, owner, *, by, at):
    organization = _OWNERS[attachment.owner_type](owner)
    record_event(
        owner, "downloaded", by=by, at=at, organization=organization, after={"name": attachment.original_name}
    )
