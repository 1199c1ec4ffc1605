"""Storages: kinds, configuration, activation and content."""
