class Holder:
    def __getattr__(self, name):
        return 1.0


def f(x):
    return Holder().value * x


# --- value_and_grad wrt=x ---
# S2S104 Holder is a class that does more than have methods (line 1)
#   class_with_getattr.py:7:  return Holder().value * x
#                                    ^^^^^^
#   bind it once, or pass it in
