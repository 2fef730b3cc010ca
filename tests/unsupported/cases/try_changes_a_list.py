import math


def f(x):
    xs = [x]
    try:
        xs.append(math.sqrt(x))
        y = math.log(x)
    except ValueError:
        y = x
    return y + xs[-1]


# --- value_and_grad wrt=x ---
# S2S307 a list is changed in a try statement whose handler goes on
#   try_changes_a_list.py:9:  except ValueError:
#                             ^^^^^^^^^^^^^^^^^^
#   change it behind the try statement
