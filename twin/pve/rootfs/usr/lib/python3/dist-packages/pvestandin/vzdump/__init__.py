"""Backups of guests: what is chosen, the archive, the task that writes it, and what is pruned after it."""
