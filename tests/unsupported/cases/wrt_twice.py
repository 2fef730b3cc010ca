def f(x, y):
    return x * y


# --- grad wrt=x,x ---
# S2S401 wrt names x twice
#   wrt_twice.py:1:  def f(x, y):
#                    ^^^^^^^^^^^^
#   name it once
