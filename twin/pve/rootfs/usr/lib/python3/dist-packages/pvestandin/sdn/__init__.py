"""Software defined network: pending configuration, what was applied last, and fabrics."""
