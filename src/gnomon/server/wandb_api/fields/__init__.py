"""Resolvers of the GraphQL schema, one noun a file; each module lists what it binds in `bindables`."""
