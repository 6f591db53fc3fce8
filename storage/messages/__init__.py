"""Messages: everything that was said, in every state, with what the rule engines found in it."""
