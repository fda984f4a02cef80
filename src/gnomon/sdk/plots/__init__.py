"""Charts of a run's own: tables, and how they are drawn. What users call is in `gnomon.plot`."""
