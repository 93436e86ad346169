"""The shelf of pages: one file a page, none imports another.

To add a page: write ``ui/pages/<key>.py`` with a subclass of ``ui.page.Page``, give its words
``page.<key>`` in both catalogues, and name the class in ``ui/app.py``.
"""
