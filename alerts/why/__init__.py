"""Why there was an alert, or none: what is on record, said in plain words."""

from alerts.why.explain import Explanation, NobodyError, VisitExplained, explain
from alerts.why.line import Line, spoken, when

__all__ = ["Explanation", "Line", "NobodyError", "VisitExplained", "explain", "spoken", "when"]
