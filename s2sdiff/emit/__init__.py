"""From IR to source: `statements` decides the lines, `names` the names, `source` prints them."""
