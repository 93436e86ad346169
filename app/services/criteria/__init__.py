"""What a lead decides about priorities: settings and what they would change, own criteria, and whether it works."""
