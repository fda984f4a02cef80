"""Agents: processes that ask a sweep what to try, run it, and ask again.

link         what is asked of the server, through outages
functions    a function of this process is what is run
commands     a command, in a process of its own for each run
environment  what tells `init()` which run it is and what was chosen for it
macros       the words of a command
failures     when it makes no sense to go on
"""
