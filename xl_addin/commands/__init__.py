"""Commands: one file for each thing an officer can do, whether by a button or a command line."""
