import contextlib


def f(x):
    with contextlib.suppress(ZeroDivisionError):
        x = 1 / x
    return x


# --- value_and_grad wrt=x ---
# S2S301 a with statement of contextlib.suppress is not in the accepted subset: it handles exceptions
#   with_suppress.py:5:  with contextlib.suppress(ZeroDivisionError):
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   enter the context where the function is called
