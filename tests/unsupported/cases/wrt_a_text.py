def f(x, mode='a'):
    return x


# --- grad wrt=mode ---
# S2S403 f cannot be differentiated with respect to mode: it is 'a'
#   wrt_a_text.py:1:  def f(x, mode='a'):
#                     ^^^^^^^^^^^^^^^^^^^
#   differentiate with respect to floats
