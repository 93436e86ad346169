"""A notice comes in: finding the child, the intake form, the urgency sheet, the clock."""
