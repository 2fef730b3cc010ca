def f(x):
    class Point:
        pass

    return x


# --- value_and_grad wrt=x ---
# S2S301 a class definition is not in the accepted subset
#   class_statement.py:2:  class Point:
#                          ^^^^^^^^^^^^
#   define the class outside the function
