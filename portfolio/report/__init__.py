"""Notebooks to published reports: papermill, nbconvert, the gallery.

jobs        params and the words of the command -> frozen jobs (job, notebook, places)
runner      a run: sources read once, jobs to workers, each report put into place
workers     the processes; make is what one does of a job: execute, metrics, actions, export
export      an executed notebook -> a page a language (document, page, template/)
settle      what becomes of an outcome, good or failed
publish     into place, whole, one run at a time; manifest says what stands there and why
gallery     every report of the folder; pages, those that failed (failure, kernel)
terminal    what the command shows (state: the customer file)
"""
