"""The desk as a WSGI application, for granian or any other server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from handrail.desk.web.icons import icons

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")

application = get_wsgi_application()
icons()  # no page waits for them

# What is loaded by now stays for good: a collector that went through all of it now and then would make one answer in
# twenty a slow one. What a page leaves behind in cycles is little, and is collected less often.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
