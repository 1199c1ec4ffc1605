"""Guests: real configuration files, and a small process in the place of each machine."""
