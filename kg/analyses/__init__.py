"""One question a module: DataFrame in, DataFrame out."""
