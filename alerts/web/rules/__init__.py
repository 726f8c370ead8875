"""The room of the rules: alerts, intent, topics, loss reasons, hours; each page a tab."""

from alerts.web.rules.room import RULES, rules_room

__all__ = ["RULES", "rules_room"]
