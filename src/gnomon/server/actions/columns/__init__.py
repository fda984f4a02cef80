"""Columns of what runs have: in memory, so that 100,000 runs are filtered and sorted in milliseconds.

Derived, and never the truth. A column is one value a run of one project, for one field such as `config.lr`. It is built
by one scan when it is first asked for, and then kept current: the tables say which runs a commit changed, and those are
read again before the next answer. The least used columns go when all together are larger than the settings allow. Of a
large project all are read at once, by a process of its own, when somebody wants many of them or the names of all.
"""

from __future__ import annotations

from gnomon.server.actions.columns.groups import Groups
from gnomon.server.actions.columns.runs import Found, RunColumns, fields_of
from gnomon.server.actions.columns.surveyor import Surveyor

__all__ = ["Found", "Groups", "RunColumns", "Surveyor", "fields_of"]
