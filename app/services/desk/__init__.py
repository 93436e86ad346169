"""What makes the window comfortable: undo, remembered choices, the demo office and its first hour."""
