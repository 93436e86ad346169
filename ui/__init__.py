"""The window. Qt lives here and nowhere else: it asks services and shows their frozen answers."""
