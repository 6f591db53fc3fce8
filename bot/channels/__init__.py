"""The ways to reach people: one module each, and the port that they fill."""
