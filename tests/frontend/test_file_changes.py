"""A file that is not executed: what its code changes is not believed, what it only reads is."""

import importlib.util
import sys

import pytest

from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import read_module
from s2sdiff.frontend.targets import find_target
from s2sdiff.options import Step
from s2sdiff.pipeline import compile_text

FILES = {
    "oth": "K=2.0\nT=[1.0,2.0]\ndef g(x): return T[0]*x",
    "oth2": "T=[1.0]\ndef fill(): T[0]=9.0",
    "oth7": "K=3.0\ndef h(x): return x*x",
    "oth8": "def h(x): return x**3",
    "oth3": "T=[3.0,4.0]\ndef g(x): return x*T[0]",
}

CHANGED = {
    "loop": """\
T=[0.0]*3
for i in range(3): T[i]=i*2.0
def f(x): return T[1]*x*x""",
    "store": """\
T=[1.0,2.0]
T[0]=7.0
def f(x): return T[0]*x""",
    "added_to": """\
T=[1.0,2.0]
T[0]+=5
def f(x): return T[0]*x""",
    "append": """\
T=[1.0,2.0]
T.append(3.0)
def f(x): return T[-1]*x*len(T)""",
    "sort": """\
T=[2.0,1.0]
T.sort()
def f(x): return T[0]*x""",
    "deleted": """\
T=[2.0,1.0]
del T[0]
def f(x): return T[0]*x""",
    "swap": """\
T=[2.0,1.0]
T[0],T[1]=T[1],T[0]
def f(x): return T[0]*x""",
    "dict": """\
C={'lr':1.0}
C['lr']=5.0
def f(x): return C['lr']*x""",
    "update": """\
C={'lr':1.0}
C.update(lr=5.0)
def f(x): return C['lr']*x""",
    "alias": """\
T=[1.0,2.0]
U=T
U[0]=9
def f(x): return T[0]*x""",
    "nested": """\
A=[1.,2.]
B=[A,A]
B[0][1]=6
def f(x): return A[1]*x*B[1][1]""",
    "by_a_function": """\
T=[1.0,2.0]
def fill(): T[0]=9
fill()
def f(x): return T[0]*x""",
    "passed": """\
T=[1.0,2.0]
def fill(t): t[0]=9
fill(T)
def f(x): return T[0]*x""",
    "in_a_with_statement": """\
import contextlib
T=[1.0,2.0]
with contextlib.nullcontext(): T[0]=3.0
def f(x): return T[0]*x""",
    "attribute_of_a_module": """\
import oth
oth.K=5.0
def f(x): return oth.K*x""",
    "list_of_a_module": """\
import oth
oth.T[0]=4.0
def f(x): return oth.T[0]*x""",
    "by_an_imported_function": """\
from oth2 import T, fill
fill()
def f(x): return T[0]*x""",
    "class_attribute": """\
class A:
    K=1.0
    def __init__(s): s.z=1.0
A.K=3.0
def f(x): return A().K*x""",
    "class_attribute_added_to": """\
class A:
    K=1.0
A.K+=3.0
def f(x): return A.K*x""",
    "setattr": """\
class A:
    K=1.0
setattr(A,'K',3.0)
def f(x): return A.K*x""",
    "list_of_a_class": """\
class M:
    ws=[1.0]
M.ws[0]=8.0
def f(x): return M.ws[0]*x""",
    "method": """\
class M:
    def g(self,x): return x
M.g=lambda s,x: 3*x
def f(x): return M().g(x)""",
    "defaults_of_a_function": """\
def h(x,k=[1.0]): return k[0]*x
h.__defaults__[0][0]=4.0
def f(x): return h(x)""",
    "globals": """\
K=1.0
globals()['K']=3.0
def f(x): return K*x""",
    "exec": """\
K=1.0
exec('K=3.0')
def f(x): return K*x""",
    "star_import_behind": """\
K=2.0
from oth7 import *
def f(x): return K*x*x""",
    "function_behind_which_is_a_star": """\
def sin(x): return x*x
from math import *
def f(x): return sin(x)*cos(x)""",
    "constant_behind_which_is_a_star": """\
pi=3.0
from math import *
def f(x): return pi*x*x""",
    "two_star_imports": """\
from oth7 import *
from oth8 import *
def f(x): return h(x)""",
    "method_defined_twice": """\
class M:
    def g(self,x): return x
    g2=g
    def g(self,x): return 3*x
def f(x): return M().g2(x)*M().g(x)""",
    "class_body_with_a_branch": """\
class M:
    K=1.0
    if K>0: K=2.0
def f(x): return M.K*x""",
    "field_bound_twice": """\
from dataclasses import dataclass
@dataclass
class P:
    m: float=1.0
    m=2.0
def f(x): return P().m*x""",
    "class_passed": """\
class A:
    K=1.0
def patch(c): c.K=3.0
patch(A)
def f(x): return A.K*x""",
    "class_in_a_loop": """\
class A:
    K=1.0
for c in (A,): c.K=3.0
def f(x): return A.K*x""",
    "under_a_local_name": """\
T=[1.0,2.0]
def g():
    u=T
    u+=[5.0]
g()
def f(x): return T[-1]*x""",
    "default": """\
T=[1.0,2.0]
def g(u=T): u[0]=5.0
g()
def f(x): return T[0]*x""",
    "rows_of_a_loop": """\
W=[[1.0,2.0],[3.0,4.0]]
for r in W: r[0]=9.0
def f(x): return W[1][0]*x""",
    "named_row": """\
W=[[1.0,2.0],[3.0,4.0]]
r=W[0]
r[1]=9.0
def f(x): return W[0][1]*x""",
    "row_returned": """\
W=[[1.0,2.0],[3.0,4.0]]
def get(i): return W[i]
get(0)[1]=9.0
def f(x): return W[0][1]*x""",
    "by_a_method": """\
T=[1.0,2.0]
class M:
    def fill(self,t): t[0]=9.0
M().fill(T)
def f(x): return T[0]*x""",
    "by_a_lambda": """\
T=[1.0,2.0]
g=lambda: T.append(3.0)
g()
def f(x): return T[-1]*x""",
    "by_a_library": """\
import random
T=[3.0,2.0]
random.seed(1)
random.shuffle(T)
def f(x): return T[0]*x""",
    "rest": """\
T=[3.0,2.0]
def g(*a): a[0][0]=7.0
g(T)
def f(x): return T[0]*x""",
    "keywords": """\
T=[3.0,2.0]
def g(**a): a['t'][0]=7.0
g(t=T)
def f(x): return T[0]*x""",
    "list_of_a_function_imported": """\
import oth
def f(x): return oth.g(x)
oth.T[0]=4.0""",
    "zip_items": """\
A=[[1.0],[2.0]]
for a,b in zip(A,[1.0,2.0]): a[0]=b*5
def f(x): return x*A[0][0]""",
    "enumerated": """\
A=[[1.0],[2.0]]
for i,a in enumerate(A): a[0]=5.0
def f(x): return x*A[0][0]""",
    "enumerated_in_a_function": """\
A=[[1.0],[2.0]]
def init():
    for i,a in enumerate(A): a[0]=5.0
init()
def f(x): return x*A[0][0]""",
    "reversed_items": """\
A=[[1.0],[2.0]]
for r in reversed(A): r[0]=5.0
def f(x): return x*A[0][0]""",
    "sorted_items": """\
A=[[1.0],[2.0]]
for r in sorted(A): r[0]=5.0
def f(x): return x*A[0][0]""",
    "copied": """\
A=[[1.0],[2.0]]
B=list(A)
B[0][0]=5.0
def f(x): return x*A[0][0]""",
    "copied_by_method": """\
A=[[1.0],[2.0]]
B=A.copy()
B[0][0]=5.0
def f(x): return x*A[0][0]""",
    "sliced": """\
A=[[1.0],[2.0]]
B=A[:]
B[0][0]=5.0
def f(x): return x*A[0][0]""",
    "summed": """\
A=[[1.0],[2.0]]
B=A+[]
B[0][0]=5.0
def f(x): return x*A[0][0]""",
    "dict_items": """\
A={'k':[1.0]}
for k,v in A.items(): v[0]=5.0
def f(x): return x*A['k'][0]""",
    "dict_values": """\
A={'k':[1.0]}
for v in A.values(): v[0]=5.0
def f(x): return x*A['k'][0]""",
    "rest_enumerated": """\
T=[1.0]
def g(*rows):
    for i,r in enumerate(rows): r[0]=7.0
g(T)
def f(x): return x*T[0]""",
    "keywords_items": """\
T=[1.0]
def g(**rows):
    for k,r in rows.items(): r[0]=7.0
g(a=T)
def f(x): return x*T[0]""",
    "starred_rest": """\
A=[[1.0],[2.0]]
a,*b=A
b[0][0]=7.0
def f(x): return x*A[1][0]""",
    "dict_of": """\
T=[1.0]
D=dict(a=T)
D['a'][0]=4.0
def f(x): return x*T[0]""",
    "chosen": """\
T=[1.0]
U=[2.0]
min(T,U)[0]=9.0
def f(x): return x*T[0]""",
    "chosen_append": """\
T=[3.0]
U=[2.0]
max(T,U).append(9.0)
def f(x): return x*T[-1]""",
    "next_default": """\
T=[1.0]
next(iter(()),T).append(9.0)
def f(x): return x*T[-1]""",
    "bound_method": """\
T=[1.0]
ap=T.append
ap(2.0)
def f(x): return x*T[-1]""",
    "bound_method_passed": """\
T=[1.0]
def fill(g): g(4.0)
fill(T.append)
def f(x): return x*T[-1]""",
    "bound_method_mapped": """\
T=[1.0]
list(map(T.append,(1.0,2.0)))
def f(x): return x*T[-1]""",
    "bound_method_of_an_attribute": """\
class C:
    T=[1.0]
U=C.T.append
U(4.0)
def f(x): return x*C.T[-1]""",
    "by_a_key": """\
A=[[1.0],[2.0]]
def key(r):
    r[0]=r[0]+1
    return r[0]
sorted(A,key=key)
def f(x): return x*A[0][0]""",
    "by_a_map": """\
A=[[1.0,2.0],[2.0]]
list(map(list.pop,A))
def f(x): return x*A[0][-1]""",
    "by_an_inner_import": """\
import oth
def configure():
    import oth
    oth.K=4.0
configure()
def f(x): return x*oth.K""",
    "by_an_import_as": """\
import oth
def configure():
    import oth as o
    o.K=4.0
configure()
def f(x): return x*oth.K""",
    "by_a_class_method": """\
class C:
    K=1.0
    @classmethod
    def m(klass): klass.K=4.0
C.m()
def f(x): return x*C.K""",
    "by_a_result": """\
class C:
    K=1.0
def pick(): return C
def g():
    o=pick()
    o.K=4.0
g()
def f(x): return x*C.K""",
    "by_a_loop": """\
import oth
def g():
    for o in [oth]: o.K=4.0
g()
def f(x): return x*oth.K""",
    "by_a_default": """\
class C:
    K=1.0
def g(c=C): c.K=5.0
g()
def f(x): return x*C.K""",
    "by_self": """\
class C:
    K=1.0
def apply(self): self.K=5.0
apply(C)
def f(x): return x*C.K""",
    "by_self_of_a_method": """\
class C:
    K=1.0
    def m(self): self.K=5.0
C.m(C)
def f(x): return x*C.K""",
    "by_rebound_self": """\
class C:
    K=1.0
    def m(self):
        self=C
        self.K=5.0
C().m()
def f(x): return x*C.K""",
    "captured": """\
K=1.0
match 5.0:
    case K: pass
def f(x): return x*K""",
    "walrus": """\
K=1.0
L=[(K:=v) for v in (2.0,3.0)]
def f(x): return x*K""",
    "walrus_default": """\
K=1.0
def g(v=(K:=4.0)): return v
def f(x): return x*K""",
    "class_name": """\
T=[1.0]
class A:
    U=T
A.U[0]=3.0
def f(x): return x*T[0]""",
    "getattr_": """\
class C:
    T=[1.0]
getattr(C,'T')[0]=4.0
def f(x): return x*C.T[0]""",
    "builtins_": """\
import builtins
K=1.0
builtins.exec('K=2.0')
def f(x): return x*K""",
    "decorated": """\
T=[1.0]
def deco(g): return lambda t: t.append(5.0)
@deco
def g(t): return t[0]
g(T)
def f(x): return x*T[-1]""",
}

READ = {
    "passed_to_a_helper": """\
W=[1.0,2.0]
def dot(w,x): return sum(a*x for a in w)
def f(x): return dot(W,x)""",
    "rows": """\
W=[[1.0,2.0],[3.0,4.0]]
def mv(w,x):
    out=[]
    for row in w:
        s=0.0
        for a in row: s+=a*x
        out.append(s)
    return out
def f(x):
    y=mv(W,x)
    r=W[0]
    return y[0]*y[1]*r[1]""",
    "read_in_loops": """\
W=[1.0,2.0]
C={'a':1.0}
def f(x):
    s=0.0
    for i,w in enumerate(W): s+=w*x**i
    for k,v in C.items(): s*=v
    T=[x]
    T[0]=3*x
    return s*C['a']*len(W)*T[0]""",
    "main_block": """\
W=[1.0,2.0]
def f(x): return W[0]*x
if __name__=='__main__':
    print(f(2.0), W)
    for w in W: print(w)""",
    "of_a_class": """\
class M:
    ws=[1.0,2.0]
    k=3.0
    def __init__(self,a): self.a=a
    def e(self,x): return self.ws[0]*x*self.k*self.a+dot(self.ws,x)
def dot(w,x): return w[0]*x+w[1]
def f(x): return M(2.0).e(x)""",
    "imported": """\
import oth3
from oth3 import T as U
def f(x): return oth3.T[0]*x*U[1]*oth3.g(x)""",
    "keywords": """\
OPTS={'k':2.0}
def g(x,k): return k*x
def f(x): return g(x,**OPTS)""",
    "library_functions": """\
import math
W=[1.0,2.0]
def f(x): return math.fsum(W)*x*max(W)*sorted(W)[0]""",
    "shadowed": """\
T=[1.0]
def other(T): T[0]=5.0
def third():
    T=[3.0]
    T.append(4.)
    return T
def f(x): return T[0]*x""",
    "copied_and_changed": """\
T=[1.0,2.0]
def f(x):
    ys=list(T)
    ys[0]=x
    zs=T[:]
    zs.append(x)
    ws=sorted(T)
    ws[0]=x*3
    return sum(ys)*T[0]*zs[-1]*ws[0]""",
    "appended_items": """\
T=[1.0,2.0]
def f(x):
    out=[]
    for i,w in enumerate(T): out.append(w*x+i)
    for a,b in zip(T,out): out[0]=a*b
    return sum(out)*max(T)*min(*T)""",
    "method_objects": """\
class P:
    k=2.0
    def __init__(self,a): self.a=a
    def grow(self): self.a=self.a*self.k
def f(x):
    p=P(x)
    p.grow()
    p.a=p.a*3.0
    return p.a*p.k""",
    "keyed": """\
T=[[2.0,1.0],[1.0,3.0]]
def f(x):
    rows=sorted(T,key=lambda r: r[0])
    return rows[0][1]*x+max(T,key=lambda r: r[1])[0]""",
    "settings": """\
CFG={'lr':2.0,'w':[1.0,2.0]}
def total(ws,x):
    s=0.0
    for w in ws: s+=w*x
    return s
def f(x): return CFG['lr']*x*total(CFG['w'],x)""",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in FILES:
        sys.modules.pop(name, None)


def emitted(folder, text):
    path = folder / "program.py"
    path.write_text(text)
    function = find_target(read_module(str(path)), "f")
    return compile_text(lower(function, {}).function, (Step("value_and_grad", 0),))


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_changed_is_refused(folder, name):
    with pytest.raises(S2SDiffError) as caught:
        emitted(folder, CHANGED[name])
    assert caught.value.code in ("S2S104", "S2S305", "S2S306")


@pytest.mark.parametrize("name", READ)
def test_what_is_only_read_is_accepted(folder, name):
    text = emitted(folder, READ[name])
    scope = {}
    exec(text.source, scope)
    spec = importlib.util.spec_from_file_location("program", folder / "program.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    value, slope = scope[text.name](0.7)
    assert value == pytest.approx(program.f(0.7), rel=1e-15)
    assert slope == pytest.approx((program.f(0.7 + 1e-6) - program.f(0.7 - 1e-6)) / 2e-6, rel=1e-6)


def test_the_message_says_where(folder):
    with pytest.raises(S2SDiffError, match=r"T may be changed in line 2 of program.py"):
        emitted(folder, "T = [1.0]\nT[0] = 2.0\ndef f(x): return T[0] * x\n")
