"""The share copy, decided: what a file for people outside the team says, cell by cell."""
