"""Photos from the public: read by their content, turned upright, made smaller, and stripped of where and when.

A photo is decoded and written anew, so that nothing of the file that came in is kept: no EXIF, no place, no hidden
rest. Decoding costs memory; how much is bounded by the number of points, and how many at once by a gate.
"""

import io
import threading
import warnings

import filetype
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps

from accounts.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 2000
"""Enough to read a house number across a street."""
MOST_POINTS = 64_000_000
MOST_POINTS_WHOLE = 26_000_000
"""PNG and WebP are decoded whole; a JPEG is read at a half, a quarter or an eighth where that is enough."""
HEIC = ("image/heic", "image/heif", "image/avif")
WRONG_KIND = "照片只收 jpg、png、webp 三种格式，请换一张。"
HEIC_ADVICE = (
    "这张照片是 HEIC 格式，暂时打不开。请先截屏再选截图，或在手机「设置→相机→格式」里选「兼容性最佳」后重拍。"
)
TOO_MANY_POINTS = "尺寸太大，请截屏后再选截图。"
UNREADABLE = "照片没有传完整或已损坏，请重新选择，或换一张。"

_gate = threading.BoundedSemaphore(2)


def clean_photos(uploads):
    """[upload ready for `attach_file`]; raises InvalidInput({"photos": …}) naming the photo by its place."""
    if len(uploads) > settings.BOX_PHOTOS:
        raise InvalidInput(
            {"photos": [f"最多 {settings.BOX_PHOTOS} 张照片，现有 {len(uploads)} 张，请少选几张。"]}
        )
    return [_clean_photo(upload, number) for number, upload in enumerate(uploads, start=1)]


def _clean_photo(upload, number):
    limit = settings.BOX_PHOTO_MAX_BYTES
    if upload.size > limit:
        raise _refusal(number, f"太大（上限 {limit // 2**20} MB），请截屏后再选截图。")
    upload.seek(0)
    content = upload.read(limit + 1)
    if not content:
        raise _refusal(number, UNREADABLE)
    mime = getattr(filetype.guess(content[:4096]), "mime", "")
    if mime in HEIC or content[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix", b"ftyphevc"):
        raise _refusal(number, HEIC_ADVICE)
    with _gate:
        written = _write_anew(content, number)
    return SimpleUploadedFile(f"照片{number}.jpg", written, content_type="image/jpeg")


def _write_anew(content, number):
    try:
        with warnings.catch_warnings():
            # Pillow's own warning about large pictures: the number of points is checked right below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
        points = image.width * image.height
        if points > MOST_POINTS or (image.format != "JPEG" and points > MOST_POINTS_WHOLE):
            raise _refusal(number, TOO_MANY_POINTS)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = _on_white(ImageOps.exif_transpose(image))
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=82, optimize=True)
        return out.getvalue()
    except Image.UnidentifiedImageError:
        raise _refusal(number, WRONG_KIND) from None
    except Image.DecompressionBombError:
        raise _refusal(number, TOO_MANY_POINTS) from None
    except InvalidInput:
        raise
    except Exception:
        # Whatever a broken file makes the decoder stumble over: the sentence is the same.
        raise _refusal(number, UNREADABLE) from None


def _on_white(image):
    """Only the points: a fresh picture carries no EXIF, no profile, no comment."""
    plain = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        plain.paste(image, mask=image.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _refusal(number, sentence):
    words = sentence if sentence.startswith(("照片", "这张")) else f"照片{sentence}"
    return InvalidInput({"photos": [f"第 {number} 张：{words}"]})
