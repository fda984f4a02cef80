"""The shipper: the process beside the training that sends what the journals hold.

tail       what lies in a journal, cut at frame boundaries
answers    what a server's answer means for what is owed (pure)
transport  requests to one server
sender     rows: one request in flight, in order, with backoff and heartbeats
uploads    files: encoded, hashed, offered, sent
artifacts  versions of artifacts: one after the other, until each is there or cannot be
version    one of them: read, announced, sent, committed
asking     questions that may be asked again
life       is the training process still there
writer     the shipper's own journal
mark       how far it got, for those who look
ship       all of them together, from start to leaving
"""
