"""DuckDB, in a process of its own: queries of users, and Parquet and CSV."""
