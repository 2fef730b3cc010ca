def f(x, y):
    xs = [x, y]
    if x > 0.0:
        zs = xs
    return sum(zs)


# --- value_and_grad wrt=x ---
# S2S305 zs is assigned on one path only after the if in line 3
#   alias_on_one_path.py:5:  return sum(zs)
#                                       ^^
#   assign it first
