"""Figures: tables and verdicts to a Summary, computed once for every renderer."""
