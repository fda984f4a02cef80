"""`gnomon.Api()`: reading back what was logged, and changing what people may change. One noun a file."""
