def f(x):
    print(x, file=x)
    return x


# --- value_and_grad wrt=x ---
# S2S302 file= of print() is not constant
#   print_to_a_file.py:2:  print(x, file=x)
#                          ^^^^^^^^^^^^^^^^
#   use sys.stdout or sys.stderr
