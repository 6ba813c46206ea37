"""Forms as data: what a table is, read from `workbook_templates/`."""
