"""What a case is, and what coordinators do with it: from the first alert until it is closed."""
