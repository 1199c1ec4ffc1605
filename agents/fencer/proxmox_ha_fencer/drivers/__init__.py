"""Power switches of machines, each behind the same small interface."""
