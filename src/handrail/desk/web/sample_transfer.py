"""What the page of the components shows of transfers. One rule: made up here, never read from the desk."""

from handrail.desk import models
from handrail.desk.queries.transfer import STATES, Tally


def sample_transfer() -> dict[str, object]:
    ways = (("automated", 44), ("semi-manual", 30), ("manual", 16))
    return {
        "transfer_tallies": [Tally(value=way, words=way.capitalize(), count=count) for way, count in ways],
        "transfer_many": [Tally(value=str(at), words=f"Receiver {at}", count=20 - 2 * at) for at in range(9)],
        "transfer_states": models.Transfer.State.values,
        "line_states": tuple(STATES),
    }
