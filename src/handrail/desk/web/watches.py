"""The button by which a person watches a handoff, or no longer does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from handrail.desk import models
from handrail.desk import watches as kept
from handrail.desk.web.gate import me


@require_POST
def watch(request: HttpRequest, handoff_id: int) -> HttpResponse:
    handoff = get_object_or_404(models.Handoff, pk=handoff_id)
    if request.POST.get("do") == "stop":
        kept.stop_watching(me(request), handoff)
        messages.success(request, "You no longer watch this handoff.")
    else:
        kept.watch(me(request), handoff, timezone.now())
        messages.success(request, "You watch this handoff: what happens in it is counted in My work.")
    return redirect("handoff", handoff_id)
