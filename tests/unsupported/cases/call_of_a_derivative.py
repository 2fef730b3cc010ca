from s2sdiff import grad


@grad
def helper(x):
    return x * x


def f(x):
    return helper(x)


# --- value_and_grad wrt=x ---
# S2S104 helper is a derivative made by @s2sdiff.grad (line 5)
#   call_of_a_derivative.py:10:  return helper(x)
#                                       ^^^^^^
#   bind it once, or pass it in
