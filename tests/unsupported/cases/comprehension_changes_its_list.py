def f(x):
    xs = [x, x * x, 2.0]
    return sum([xs.pop() for _ in xs])


# --- value_and_grad wrt=x ---
# S2S307 the list that this comprehension runs over is changed by it
#   comprehension_changes_its_list.py:3:  return sum([xs.pop() for _ in xs])
#                                                                       ^^
#   run over a copy: for x in list(xs)
