"""`make bench`: how fast the product answers on ten years of a large county, against a floor of the same run."""
