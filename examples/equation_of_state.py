"""The van der Waals gas, from its Helmholtz energy alone.

Every property of a fluid is a derivative of A(V, T): pressure is -dA/dV, entropy -dA/dT, the heat
capacity -T d2A/dT2. Engineers write these derivatives by hand, term by term; here only A is written.
"""

from math import log

GAS_CONSTANT = 8.31446261815324  # J/(mol K)
ATTRACTION = 0.3640  # J m3/mol2, carbon dioxide
COVOLUME = 4.267e-5  # m3/mol
DEGREES_OF_FREEDOM = 5.0


def ideal_part(volume, temperature):
    """Helmholtz energy of one mole of the ideal gas, up to a constant; J/mol."""
    thermal = DEGREES_OF_FREEDOM / 2.0 * log(temperature)
    return -GAS_CONSTANT * temperature * (log(volume) + thermal)


def helmholtz(volume, temperature):
    """Helmholtz energy of one mole of the van der Waals gas; volume in m3/mol, temperature in K."""
    excluded = -GAS_CONSTANT * temperature * log(1.0 - COVOLUME / volume)
    return ideal_part(volume, temperature) + excluded - ATTRACTION / volume


def pressure_by_hand(volume, temperature):
    """The equation of state as van der Waals wrote it; Pa."""
    return GAS_CONSTANT * temperature / (volume - COVOLUME) - ATTRACTION / volume**2


def main():
    from s2sdiff import grad, hessian

    volume, temperature = 1.0e-3, 300.0
    slope_v, slope_t = grad(helmholtz, ("volume", "temperature"))(volume, temperature)
    (second_vv, second_vt), (_, second_tt) = hessian(helmholtz, ("volume", "temperature"))(
        volume, temperature
    )
    pressure = -slope_v
    heat_capacity = -temperature * second_tt
    compressibility = 1.0 / (volume * second_vv)
    expansion = -second_vt / second_vv / volume
    assert abs(pressure / pressure_by_hand(volume, temperature) - 1.0) < 1e-12
    assert abs(heat_capacity / (DEGREES_OF_FREEDOM / 2.0 * GAS_CONSTANT) - 1.0) < 1e-12
    print(f"pressure          {pressure / 1e5:9.4f} bar")
    print(f"entropy           {-slope_t:9.4f} J/(mol K), up to a constant")
    print(f"heat capacity c_V {heat_capacity:9.4f} J/(mol K)")
    print(f"compressibility   {compressibility * 1e5:9.4f} 1/bar")
    print(f"expansion         {expansion:9.6f} 1/K")


if __name__ == "__main__":
    main()
