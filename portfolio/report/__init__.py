"""Notebooks to published reports: papermill, nbconvert, the gallery.

planning    params and the words of the command -> frozen jobs (job, notebook, paths)
runner      a run: sources read once, jobs to workers, each report put into place
workers     the processes, as many as memory lets; making is what one does of a job: execute, metrics, actions, export
export      an executed notebook -> a page a language (document, shell, template/)
outcomes    what becomes of an outcome, good or failed
publish     into place, whole, one run at a time: journal, on its way; folder, and never outside it
manifest    what stands there and why
gallery     every report of the folder; failed_page, those that failed (failure, kernel)
notify      what is said to someone else of a run that failed; log, one line a report
prune       the reports of older periods, out of the folder
terminal    what the command shows (customer_file: the state of the customer file)
"""
