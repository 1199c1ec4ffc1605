"""API methods by subject. Every module in this package is loaded at start."""
