def f(x):
    y = 1.0
    z = x if x > 0 else (y := x)
    return z * y


# --- value_and_grad wrt=x ---
# S2S302 y is assigned inside an expression that may not run
#   walrus_that_may_not_run.py:3:  z = x if x > 0 else (y := x)
#                                      ^^^^^^^^^^^^^^^^^^^^^^^^
#   assign it before the expression
