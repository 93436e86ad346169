"""An office on the disk: opened, read, re-keyed, verified; its people and its views."""
