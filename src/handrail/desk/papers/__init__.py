"""Documents as files: PDF, Word and a checklist to print.

One rule: what people wrote goes in as data and is never read as markup, in any format.

    paper     what is printed, and how it looks          typesetting   PDF, by a process of its own with limits
    typeset   that process                               word          DOCX
    page.typ  how a PDF is laid out
"""

from handrail.desk.papers.paper import Look, Paper, paper_of
from handrail.desk.papers.typesetting import Unprinted, pdf_of, pictures_of
from handrail.desk.papers.word import docx_of

__all__ = ["Look", "Paper", "Unprinted", "docx_of", "paper_of", "pdf_of", "pictures_of"]
