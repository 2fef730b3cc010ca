def f(x):
    with open('a') as stream:
        return x


# --- value_and_grad wrt=x ---
# S2S301 a with statement of open is not in the accepted subset: it opens a file
#   with_statement.py:2:  with open('a') as stream:
#                              ^^^^^^^^^
#   enter the context where the function is called
