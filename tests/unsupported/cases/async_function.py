def f(x):
    async def g():
        return x

    return x


# --- value_and_grad wrt=x ---
# S2S301 an async function is not in the accepted subset
#   async_function.py:2:  async def g():
#                         ^^^^^^^^^^^^^^
#   differentiate synchronous code
