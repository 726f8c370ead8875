"""Lost deals come in: a file as the CRM exports it, read, checked row by row, stored without doubles.

reading -> table -> layout -> survey -> rows -> ahead -> storing -> report
"""

from tracker.imports.errors import ImportFailedError, QuestionError
from tracker.imports.report import ImportOptions, ImportReport
from tracker.imports.run import import_file

__all__ = ["ImportFailedError", "ImportOptions", "ImportReport", "QuestionError", "import_file"]
