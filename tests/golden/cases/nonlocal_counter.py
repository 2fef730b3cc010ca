def account(start):
    balance = start
    moves = 0

    def deposit(amount):
        nonlocal balance, moves
        balance += amount
        moves += 1
        return balance

    def interest(rate):
        nonlocal balance
        balance = balance * (1.0 + rate)

    return deposit, interest, lambda: balance / moves


def saved(x: float, rate: float, n: int) -> float:
    deposit, interest, mean = account(x)
    for year in range(n):
        if deposit(x * x) > 2.0:
            interest(rate)
    deposit(1.0)
    return mean()


# --- value_and_grad wrt=x,rate at=(0.6, 0.3, 5) ---
# Written by s2sdiff from nonlocal_counter.py, line 18.


def saved_value_and_grad(x, rate, n):
    """Value and gradient of saved with respect to x and rate."""
    # forward sweep
    balance_tape = []
    moves = 0
    balance = x
    for _ in range(n):
        balance = balance + x * x
        balance_tape.append(balance)
        moves = moves + 1
        if balance > 2.0:
            balance = balance * (1.0 + rate)
    balance = balance + 1.0  # nonlocal_counter.py:7
    moves = moves + 1  # nonlocal_counter.py:8
    saved = balance / moves  # nonlocal_counter.py:15
    # reverse sweep
    balance_bar = 1.0 / moves  # dsaved/dbalance
    rate_bar = 0.0
    x_bar = 0.0
    for _ in range(n):
        balance = balance_tape.pop()
        if balance > 2.0:
            balance_bar_2 = balance_bar * (1.0 + rate)
            rate_bar += balance_bar * balance
        else:
            balance_bar_2 = balance_bar
        a = balance_bar_2 * x
        x_bar += a
        x_bar += a
        balance_bar = balance_bar_2
    x_bar += balance_bar  # dsaved/dx
    return saved, (x_bar, rate_bar)
