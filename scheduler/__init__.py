"""What happens when time passes. Decides; never talks to a network."""
