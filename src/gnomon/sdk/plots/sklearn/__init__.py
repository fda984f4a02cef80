"""Charts of scikit-learn's models. What users call is in `gnomon.sklearn`; scikit-learn is loaded when it is called."""
