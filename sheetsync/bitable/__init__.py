"""Feishu Bitable 多维表格 as a store."""
