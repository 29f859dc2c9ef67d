"""Baselines: the file, what its entries are made of, and a report with the known findings held back."""
