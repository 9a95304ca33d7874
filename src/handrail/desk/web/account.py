"""What a person may not do with their own account: allauth offers it, the company does not."""

from django.http import Http404, HttpRequest, HttpResponse


def email(request: HttpRequest) -> HttpResponse:
    """People sign in with the address that an administrator gave them; they add and change none by themselves."""
    raise Http404("An administrator looks after the address that you sign in with.")
