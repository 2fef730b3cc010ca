def f(x):
    y = x

    def inner():
        nonlocal y
        y = y * 2.0
        return y

    return inner()


# --- value_and_grad wrt=x ---
# S2S301 a nonlocal statement is not in the accepted subset
#   nonlocal_statement.py:5:  nonlocal y
#                             ^^^^^^^^^^
#   return the value instead of storing it
