"""How the shipped reader and its confidence were made. Imported by nothing else."""
