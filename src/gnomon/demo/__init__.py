"""Projects to look at: small models, really trained on data that scikit-learn brings along."""
