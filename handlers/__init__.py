"""What happens when something arrives. Decides; never talks to a network or reads a clock."""
