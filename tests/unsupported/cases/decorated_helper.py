import atexit


@atexit.register
def helper(x):
    return x


def f(x):
    return helper(x)


# --- value_and_grad wrt=x ---
# S2S104 helper is decorated by @atexit.register (line 5)
#   decorated_helper.py:10:  return helper(x)
#                                   ^^^^^^
#   bind it once, or pass it in
