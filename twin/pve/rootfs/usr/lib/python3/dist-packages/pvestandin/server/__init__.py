"""The HTTPS API server on port 8006."""
