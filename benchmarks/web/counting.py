"""How often each page asks the database, as JSON: `python -m benchmarks.web.counting`.

One rule: the company is read once before, as a server that has answered before has read it.
"""

from __future__ import annotations

import json
import os
import random
import sys

from benchmarks.web.pages import PAGES, draw


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from handrail.desk.models import Person

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Person.objects.filter(is_operations=True).order_by("pk")[0])
    drawn, counted = draw(2), {}
    for name, address in PAGES.items():
        most = 0
        for number in range(25):  # pages of one name differ: a step of one kind asks more than of another
            at = address(drawn, random.Random(number))
            client.get(at)
            with CaptureQueriesContext(connection) as queries:
                client.get(at)
            most = max(most, len(queries))
        counted[name] = most
    json.dump(counted, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
