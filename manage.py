#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weifang_liaison.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018  (reads the settings: a bad one is told as a sentence, not a traceback)
    except ImproperlyConfigured as error:
        sys.exit(f"配置有误：{error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
