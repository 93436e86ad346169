"""What leaves the office on purpose: papers, lists, exports, letters."""
