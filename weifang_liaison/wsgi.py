import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weifang_liaison.settings")

application = get_wsgi_application()
# Read the addresses, and with them every page, now: or the first visitor would wait for it.
get_resolver().url_patterns  # noqa: B018
