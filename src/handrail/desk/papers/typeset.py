"""Makes a PDF, or pictures of its pages, from data in a folder: a process of its own, so that it can be stopped.

One rule: it reads nothing but its folder and the fonts of the machine. It knows no other part of Handrail: it is
started by its path, with the folder and the format as arguments.
"""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

_MEMORY = 2 * 1024**3
_SECONDS = 30


def _limited() -> None:
    """Where the system can: Windows has no such limits, and there only the clock of the caller stops it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _pdf(compiler: "typst.Compiler", output: str) -> None:
    """PDF/UA-1; where some character has no font on this machine, which that forbids, tagged all the same."""
    import typst

    try:
        compiler.compile(output=output, format="pdf", pdf_standards=["ua-1"], timestamp=0)
    except typst.TypstError:
        compiler.compile(output=output, format="pdf", timestamp=0)


def main(folder: Path, made: str) -> None:
    _limited()
    import typst

    compiler = typst.Compiler(
        str(folder / "page.typ"),
        root=str(folder),
        package_path=str(folder / "none"),
        package_cache_path=str(folder / "none"),
    )
    if made == "pdf":
        _pdf(compiler, str(folder / "made.pdf"))
        return
    pages = compiler.compile(format="png", ppi=80)
    every = pages if isinstance(pages, list) else [pages]
    for number, page in enumerate(every, start=1):
        (folder / f"made-{number:03}.png").write_bytes(page or b"")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
