"""Copies of an office that is open or closed, in generations, and the way back."""
