"""Reads what a framework release is from its wheel, without importing any of it."""
