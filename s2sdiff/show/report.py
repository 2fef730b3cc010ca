"""What is covered and what is refused, as tables: `s2sdiff rules` and `s2sdiff rules --subset`."""

from __future__ import annotations

from s2sdiff.frontend.subset import EXPRESSIONS, STATEMENTS, TARGETS
from s2sdiff.rules.registry import EXPANDED, LINE, RULES, UNSUPPORTED, Interval, Rule


def render_rules() -> str:
    """Every function with a rule, by module; then those without, with the reason."""
    lines: list[str] = []
    for module in sorted({name.rpartition(".")[0] for name in RULES}):
        lines += [module, ""]
        for name in sorted(name for name in RULES if name.rpartition(".")[0] == module):
            rule = RULES[name]
            kind = "zero derivative" if rule.form == "zero_derivative" else ""
            facts = [fact for fact in (kind, _domain(rule), _kinks(rule)) if fact]
            lines.append(f"  {name.rpartition('.')[2]:<16}{', '.join(facts)}".rstrip())
        lines.append("")
    lines += ["written as others", ""]
    lines += [f"  {name:<20}{' and '.join(parts)}" for name, parts in sorted(EXPANDED.items())]
    lines += ["", "without a rule", ""]
    lines += [f"  {name:<20}{reason}" for name, reason in sorted(UNSUPPORTED.items())]
    smooth = sum(rule.form != "zero_derivative" for rule in RULES.values())
    lines += ["", f"{smooth} functions with a rule, {len(RULES) - smooth} with zero derivative"]
    return "\n".join(lines) + "\n"


def _domain(rule: Rule) -> str:
    if all(interval == LINE for interval in rule.domain):
        return ""
    return "domain " + " x ".join(map(_interval, rule.domain))


def _interval(interval: Interval) -> str:
    low, high = interval
    return f"({low:g}, {high:g})"


def _kinks(rule: Rule) -> str:
    return f"kink at {', '.join(f'{kink:g}' for kink in rule.kinks)}" if rule.kinks else ""


def render_subset() -> str:
    """Every construct that is refused, with its code and what to write instead."""
    rows = [("S2S301", what, advice) for what, advice in STATEMENTS.values()]
    rows += [("S2S302", what, advice) for what, advice in EXPRESSIONS.values()]
    rows += [("S2S307", what, advice) for what, advice in TARGETS.values()]
    width = max(len(what) for _, what, _ in rows)
    return "".join(f"{code}  {what:<{width}}  {advice}\n" for code, what, advice in rows)
