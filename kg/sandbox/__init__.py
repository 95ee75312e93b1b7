"""Untrusted work, a visitor's query or upload, in a disposable process.

`Sandbox` hands a job to a worker process and waits for as long as the job may take; a worker that takes
longer, dies or outgrows its memory is killed and replaced. What a worker may not do is in `cage`, what it
can do is in `jobs`, and `pool` keeps the workers. Queries over HTTP have a `Nursery` of their own, in which many cheap
ones are answered quickly and a dear one is nobody's hindrance.
"""

from kg.sandbox.answering import Question, Reply
from kg.sandbox.nursery import Nursery
from kg.sandbox.pool import Lane, Sandbox
from kg.sandbox.tasks import Plan

__all__ = ["Lane", "Nursery", "Plan", "Question", "Reply", "Sandbox"]
