def helper(a, b):
    return a * b


def f(x):
    return helper(x)


# --- value_and_grad wrt=x ---
# S2S404 helper() cannot be called like this: missing a required argument: 'b'
#   wrong_call_of_a_helper.py:6:  return helper(x)
#                                        ^^^^^^^^^
#   its parameters are a, b
