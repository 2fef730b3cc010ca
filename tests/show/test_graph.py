"""The computation graph of Example 5.14 (Figure 5.11 of the book), and names that need quoting."""

import math

from s2sdiff.show.graph import nodes_of, render_dot, render_mermaid


def example(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


DOT = """\
digraph "example" {
  rankdir=LR;
  "x" [label="x", shape=circle];
  "a" [label="a = x**2", shape=box];
  "b" [label="b = exp(a)", shape=box];
  "c" [label="c = a + b", shape=box];
  "d" [label="d = sqrt(c)", shape=box];
  "e" [label="e = cos(c)", shape=box];
  "f" [label="f = d + e", shape=box, peripheries=2];
  "x" -> "a";
  "a" -> "b";
  "a" -> "c";
  "b" -> "c";
  "c" -> "d";
  "c" -> "e";
  "d" -> "f";
  "e" -> "f";
}
"""

MERMAID = """\
flowchart LR
  n0(("x"))
  n1["a = x#42;#42;2"]
  n2["b = exp(a)"]
  n3["c = a + b"]
  n4["d = sqrt(c)"]
  n5["e = cos(c)"]
  n6[["f = d + e"]]
  n0 --> n1
  n1 --> n2
  n1 --> n3
  n2 --> n3
  n3 --> n4
  n3 --> n5
  n4 --> n6
  n5 --> n6
"""


def test_dot(lowered):
    assert render_dot(lowered(example)) == DOT


def test_mermaid(lowered):
    assert render_mermaid(lowered(example)) == MERMAID


def odd(größe, end, *rest, mode="fast"):
    end = größe * end if größe > rest[0] else rest[1]
    return end, größe, 2.0


def test_odd_names_inputs_and_results(lowered):
    primal = lowered(odd, rest="tuple[float, float]")
    assert [(n.name, n.parents, n.is_output) for n in nodes_of(primal)] == [
        ("größe", (), True),
        ("end", (), False),
        ("rest", (), False),
        ("rest_0", ("rest",), False),
        ("rest_1", ("rest",), False),
        ("end_2", ("größe", "rest_0", "end", "rest_1"), True),
        ("a", (), True),
    ]
    assert '"größe" [label="größe", shape=circle, peripheries=2];' in render_dot(primal)
    assert 'n0((("größe")))' in render_mermaid(primal)
    assert "#62;" in render_mermaid(primal)
