def f(x)
    return x


# --- value_and_grad wrt=x ---
# S2S102 not valid Python: expected ':'
#   syntax_error.py:1:  def f(x)
#                               ^
#   correct the file
