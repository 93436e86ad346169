"""The timeline of one child: what every department said, on one axis of time.

``scale`` turns days into pixels, ``lanes`` turns a child's file into rows of items, ``layout`` says
what stands where, ``painting`` draws it, ``view`` is the widget. The first three know no Qt.
"""
