"""Which addresses are asked for in a company, and by whom, as JSON.

python -m benchmarks.web.drawing --rounds 100
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys

from benchmarks.web.pages import PAGES, draw

_VISITORS = 10


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw the addresses of all pages.")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    import django

    django.setup()
    from handrail.desk.models import Person

    drawn, chance = draw(told.seed), random.Random(told.seed)
    operations = Person.objects.filter(is_operations=True, is_active=True).order_by("pk")
    addresses = {name: [address(drawn, chance) for _ in range(told.rounds)] for name, address in PAGES.items()}
    visitors = list(operations.values_list("email", flat=True)[:_VISITORS])
    json.dump({"visitors": visitors, "addresses": addresses}, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
