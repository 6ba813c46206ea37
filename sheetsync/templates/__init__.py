"""Forms to a fresh workbook: what a PMO hands out."""
