"""How the shipped encoder was made; imported by nothing else."""
