"""Guests made from archives: what is refused at once, the volumes, the configuration, the task."""
