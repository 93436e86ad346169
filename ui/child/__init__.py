"""Parts of the child page: header, reasons, the decision and contact forms, the tabs' lists.

They show frozen answers and say what somebody wants; only ``ui.pages.child`` asks services.
"""
