from handrail.runbook.exchange.exchanged import Exchanged


def read_workbook(content: bytes, file: str) -> Exchanged:
    raise NotImplementedError
