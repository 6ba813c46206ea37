"""Feishu Sheets, the online spreadsheets 电子表格, as a store that is read and marked."""
