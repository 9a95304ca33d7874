"""What is said about an order among those who see it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.desk.comments import Subject
from handrail.desk.queries.comments import thread_of
from handrail.desk.web.gate import me
from handrail.desk.web.orders.frame import opened, page


@require_safe
def shown(request: HttpRequest, order_id: int) -> HttpResponse:
    at = opened(request, order_id)
    thread = thread_of(Subject(order=at.row.pk), me(request))
    return page(request, at, "order-comments", "orders/comments.html", {"thread": thread})
