"""What ships as text: profiles, criteria, purposes, letters; and the profiles of an office."""
