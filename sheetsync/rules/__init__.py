"""Rules as data: rule packs and tables in, findings and verdicts out."""
