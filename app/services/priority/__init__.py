"""Who is to be looked at first: criteria run over all children, points and levels, and what a run was made with."""
