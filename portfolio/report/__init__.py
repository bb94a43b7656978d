"""Notebooks to published reports: papermill, nbconvert, the gallery."""
